package io.memflow.core.os;

import io.memflow.core.error.MemflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one row; a field that cannot be read is noted and the row goes on. Confined. */
public final class FieldReader {
    private final List<MissingPart> missing = new ArrayList<>();

    /** A reader that has noted nothing yet. */
    public FieldReader() {}

    /**
     * The field, or null when its memory cannot be read or its place is not known.
     *
     * @param what the field's name in the kernel's own terms
     */
    public <T> @Nullable T read(String what, Supplier<@Nullable T> field) {
        try {
            return field.get();
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart(what, unreadable.getMessage()));
            return null;
        }
    }

    /** As {@link #read}, with a value that stands for "could not be read". */
    public <T> T readOr(String what, T otherwise, Supplier<T> field) {
        try {
            return field.get();
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart(what, unreadable.getMessage()));
            return otherwise;
        }
    }

    /** Notes something that is missing for another reason than unreadable memory. */
    public void note(String what, String why) {
        missing.add(new MissingPart(what, why));
    }

    /** Where the row comes from, and what it lacks. */
    public Provenance provenance(String source) {
        return provenance(List.of(source));
    }

    /** As {@link #provenance(String)}, for a row that several structures led to. */
    public Provenance provenance(List<String> sources) {
        return new Provenance(sources, missing);
    }
}
