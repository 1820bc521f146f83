package io.memflow.core.os;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** No OS was found; carries how far the search came, so that a diagnosis can show it. */
public final class DiscoveryException extends MemflowException {
    private static final long serialVersionUID = 1L;

    /** Not part of the serial form, which is only the message. */
    private final transient List<DiscoveryStep> steps;

    /**
     * @param steps in the order they were taken, the one that failed last
     */
    public DiscoveryException(
            ErrorOrigin origin, ErrorKind kind, String message, List<DiscoveryStep> steps, @Nullable Throwable cause) {
        super(origin, kind, message, cause);
        this.steps = List.copyOf(steps);
    }

    /** The steps that were taken, the one that failed last. */
    public List<DiscoveryStep> steps() {
        return steps;
    }

    /** The steps that led to a failure, or to what caused it; none when it does not say. */
    public static List<DiscoveryStep> stepsOf(Throwable failure) {
        // A chain of causes is as short as the code that made it is deep.
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DiscoveryException known) {
                return known.steps;
            }
        }
        return List.of();
    }
}
