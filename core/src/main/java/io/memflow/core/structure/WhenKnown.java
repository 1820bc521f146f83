package io.memflow.core.structure;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.Row;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reader of structures, made when it is first needed: it can be made only where the places of all its members are known.
 * A kernel that lacks one costs what that reader gives and nothing else. Thread-safe.
 */
public final class WhenKnown<T> {
    private final Supplier<T> maker;
    private @Nullable T reader;
    private @Nullable MemflowException unknown;

    /** @param maker makes the reader; throws {@link MemflowException} of kind NOT_FOUND when the kernel's types lack something */
    public WhenKnown(Supplier<T> maker) {
        this.maker = maker;
    }

    /**
     * The reader.
     *
     * @throws MemflowException of kind NOT_FOUND that names the member whose place is not known
     */
    public synchronized T get() {
        T made = reader;
        if (made != null) {
            return made;
        }
        if (unknown != null) {
            throw unknown;
        }
        try {
            made = maker.get();
        } catch (MemflowException unknownPlace) {
            // A place stays unknown; memory that is not there may come back.
            if (unknownPlace.kind() == ErrorKind.NOT_FOUND) {
                unknown = unknownPlace;
            }
            throw unknownPlace;
        }
        reader = made;
        return made;
    }

    /**
     * A list by this reader; empty, with the reason, when the reader cannot be made or what the list begins with cannot be
     * read.
     *
     * @param what the list's name in messages
     */
    public <R extends Row> Listing<R> list(String what, Function<T, Listing<R>> read) {
        try {
            return read.apply(get());
        } catch (MemflowException lacking) {
            return Listing.absent(what, String.valueOf(lacking.getMessage()));
        }
    }
}
