package io.memflow.cli.session;

import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.output.Diagnostics;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import tools.jackson.core.exc.JacksonIOException;

/** Turns whatever ended a run into one sentence and an exit status. Stateless. */
public final class Failure {
    /** Set to 1 to see where a failure arose. */
    private static final String TRACE = "MEMFLOW_TRACE";

    private Failure() {}

    /** Tells the user why the run ended. */
    public static ExitStatus report(Throwable failure, Session session) {
        Throwable cause = unwrapped(failure);
        if (isClosedPipe(cause)) {
            return ExitStatus.COMPLETE;
        }
        Diagnostics diagnostics = session.diagnostics();
        diagnostics.say(sentence(cause));
        if ("1".equals(session.environment().get(TRACE))) {
            diagnostics.trace(failure);
        }
        return switch (cause) {
            case MemflowException known -> ExitStatus.of(known);
            case UsageException _ -> ExitStatus.USAGE;
            default -> ExitStatus.FAILED;
        };
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable inner = failure.getCause();
        boolean wrapper = failure instanceof UncheckedIOException || failure instanceof JacksonIOException;
        return wrapper && inner != null ? inner : failure;
    }

    /** The reader of our output has seen enough. The JDK passes on the text of EPIPE, and has no type for it. */
    private static boolean isClosedPipe(Throwable failure) {
        return failure instanceof IOException && "Broken pipe".equals(failure.getMessage());
    }

    private static String sentence(Throwable failure) {
        return switch (failure) {
            case MemflowException known -> text(known);
            case UsageException usage -> text(usage);
            case IOException writing -> "The output could not be written: " + text(writing) + ".";
            case OutOfMemoryError _ ->
                "The Java heap is too small for this target; give more with MEMFLOW_JAVA_OPTIONS=-Xmx2g.";
            case InternalError _ ->
                "A mapped file became shorter while it was read; let its writer finish, or copy it, and try again.";
            default ->
                "This is a fault in memflow itself (" + failure.getClass().getSimpleName() + ": " + text(failure)
                        + "); set " + TRACE + "=1 to see where, and report it.";
        };
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
