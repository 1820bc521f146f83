package io.memflow.os.linux.structure;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reader of structures that can be made only where the places of all their members are known; otherwise each use says
 * which is not. Immutable.
 *
 * @param reader null when it could not be made
 * @param unknown null when it could
 */
public record WhenKnown<T>(@Nullable T reader, @Nullable MemflowException unknown) {
    /** Makes the reader, if it can be made. */
    public static <T> WhenKnown<T> of(Supplier<T> maker) {
        try {
            return new WhenKnown<>(maker.get(), null);
        } catch (MemflowException unknownPlace) {
            if (unknownPlace.kind() != ErrorKind.NOT_FOUND) {
                throw unknownPlace;
            }
            return new WhenKnown<>(null, unknownPlace);
        }
    }

    /**
     * The reader.
     *
     * @throws MemflowException of kind NOT_FOUND that names the member whose place is not known
     */
    public T get() {
        if (reader != null) {
            return reader;
        }
        throw unknown == null ? new IllegalStateException("neither a reader nor a cause") : unknown;
    }
}
