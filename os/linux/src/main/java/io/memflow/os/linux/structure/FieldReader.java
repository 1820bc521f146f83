package io.memflow.os.linux.structure;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
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
     * The field, or null when its memory cannot be read.
     *
     * @param what the field's name in the kernel's own terms
     */
    public <T> @Nullable T read(String what, Supplier<@Nullable T> field) {
        try {
            return field.get();
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart(what, unreadable.getMessage()));
            return null;
        }
    }

    /** As {@link #read}, with a value that stands for "could not be read". */
    public <T> T readOr(String what, T otherwise, Supplier<T> field) {
        try {
            return field.get();
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart(what, unreadable.getMessage()));
            return otherwise;
        }
    }

    /** Notes something that is missing for another reason than unreadable memory. */
    public void note(String what, String why) {
        missing.add(new MissingPart(what, why));
    }

    /** What is known of a row that several structures have. */
    public Provenance provenance(List<String> sources) {
        return new Provenance(sources, missing);
    }

    public Provenance provenance(String source) {
        return new Provenance(List.of(source), missing);
    }
}
