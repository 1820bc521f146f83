package io.memflow.os.windows.object;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers in front of objects ({@code OBJECT_HEADER}) and the optional parts in front of those, which hold names. Members
 * by their names in public symbols of ntoskrnl. Thread-safe.
 */
public final class ObjectHeaders {
    /** Bit of {@code OBJECT_HEADER_CREATOR_INFO} in {@code InfoMask}, whose part lies nearest to the header. */
    private static final int CREATOR_INFO = 1;
    /** Bit of {@code OBJECT_HEADER_NAME_INFO}, whose part comes next. */
    private static final int NAME_INFO = 2;
    /** {@code OBJECT_HEADER_CREATOR_INFO} is four pointers wide in all builds. */
    private static final int CREATOR_INFO_POINTERS = 4;
    /** Where {@code OBJECT_HEADER_NAME_INFO} has its name: behind the pointer to the directory. */
    private static final int NAME_POINTERS = 1;
    /** {@code OBJECT_HEADER_NAME_INFO} is four pointers wide in all builds. */
    private static final int NAME_INFO_POINTERS = 4;

    private static final String SEPARATOR = "\\";
    /** Deeper than directories of objects are; those of a hostile machine may lead to each other. */
    private static final int DEEPEST_PATH = 16;

    private final MemoryView memory;
    private final PointerWidth width;
    private final long body;
    private final Optional<KernelField> infoMask;
    private final Optional<KernelField> nameOffset;

    public ObjectHeaders(WindowsKernel kernel) {
        memory = kernel.memory();
        width = PointerWidth.of(memory.properties());
        body = kernel.layout().offset("_OBJECT_HEADER", "Body");
        infoMask = kernel.optionalField("_OBJECT_HEADER", "InfoMask");
        nameOffset = kernel.optionalField("_OBJECT_HEADER", "NameInfoOffset");
    }

    /** Virtual address of the header of the object at a virtual address. */
    public long header(long object) {
        return object - body;
    }

    /** Virtual address of the object behind a header. */
    public long object(long header) {
        return header + body;
    }

    /**
     * The name an object has in its directory; null when it has none.
     *
     * @throws MemflowException when it cannot be read
     */
    public @Nullable String name(long object) {
        long part = nameInfo(object);
        if (part == 0) {
            return null;
        }
        String name = UnicodeString.read(memory, part + (long) NAME_POINTERS * width.bytes(), width);
        return name.isEmpty() ? null : name;
    }

    /**
     * The name with those of the directories it is in, such as {@code \BaseNamedObjects\Global}; null when it has none. Of
     * directories that cannot be followed, as many as can be.
     *
     * @throws MemflowException when its own name cannot be read
     */
    public @Nullable String path(long object) {
        String own = name(object);
        if (own == null) {
            return null;
        }
        StringBuilder path = new StringBuilder(own);
        long inner = object;
        for (int depth = 0; depth < DEEPEST_PATH; depth++) {
            String outer = null;
            try {
                inner = directory(inner);
                outer = inner == 0 ? null : name(inner);
            } catch (MemflowException unreadable) {
                // What is known of the path is of use without the rest.
                return path.toString();
            }
            if (outer == null) {
                return path.toString();
            }
            // The name of the topmost directory is the separator itself.
            boolean top = outer.equals(SEPARATOR);
            path.insert(0, top ? SEPARATOR : outer + SEPARATOR);
            if (top) {
                return path.toString();
            }
        }
        return path.toString();
    }

    /**
     * Virtual address of the directory an object is named in; 0 when it has no name.
     *
     * @throws MemflowException when it cannot be read
     */
    public long directory(long object) {
        long part = nameInfo(object);
        return part == 0 ? 0 : memory.readPointer(part);
    }

    /** Virtual address of the object's {@code OBJECT_HEADER_NAME_INFO}; 0 without one. */
    private long nameInfo(long object) {
        long header = header(object);
        if (infoMask.isPresent()) {
            long mask = infoMask.get().unsigned(header);
            if ((mask & NAME_INFO) == 0) {
                return 0;
            }
            int pointers = NAME_INFO_POINTERS + ((mask & CREATOR_INFO) != 0 ? CREATOR_INFO_POINTERS : 0);
            return header - (long) pointers * width.bytes();
        }
        // Until Vista a byte says how far in front of the header the part lies.
        long offset = nameOffset.isPresent() ? nameOffset.get().unsigned(header) : 0;
        return offset == 0 ? 0 : header - offset;
    }
}
