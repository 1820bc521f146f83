package io.memflow.os.linux;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.Row;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one kind of rows, made when it is first needed. A kernel that lacks what the reader builds on, or memory that
 * is not there, costs the list and not the program: the list is then empty and says why. Thread-safe.
 */
final class ListReader<T> {
    private final String what;
    private final Supplier<T> maker;
    private @Nullable T reader;

    /**
     * @param what the list's name in messages
     * @param maker makes the reader; may throw {@link MemflowException} when the kernel's types lack something
     */
    ListReader(String what, Supplier<T> maker) {
        this.what = what;
        this.maker = maker;
    }

    <R extends Row> Listing<R> list(Function<T, Listing<R>> read) {
        try {
            return read.apply(reader());
        } catch (MemflowException lacking) {
            return Listing.absent(what, String.valueOf(lacking.getMessage()));
        }
    }

    private synchronized T reader() {
        T made = reader;
        if (made == null) {
            made = maker.get();
            reader = made;
        }
        return made;
    }
}
