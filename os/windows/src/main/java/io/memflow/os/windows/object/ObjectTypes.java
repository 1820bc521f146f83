package io.memflow.os.windows.object;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.windows.structure.UnicodeString;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.structure.WindowsVersion;
import java.util.Optional;

/**
 * Types of objects, by their headers. Until Vista a header points to its type; since 7 it has an index into a table of the
 * kernel, since 10 combined with a byte of its own address and one that is drawn at boot. That one is learned from the process
 * System, whose type is known. Thread-safe.
 */
public final class ObjectTypes {
    /** {@code ObTypeIndexTable} has as many entries as an index of a byte can tell apart. */
    private static final int INDEX_MASK = 0xff;
    /** What stands in the place of a type in objects that were freed ({@code ObpFreeObject}, Windows Research Kernel). */
    private static final long FREED = 0xBAD0_B0B0L;

    private final WindowsKernel kernel;
    private final MemoryView memory;
    private final PointerWidth width;
    private final ObjectHeaders headers;
    private final Optional<KernelField> pointer;
    private final Optional<KernelField> index;
    private final KernelField name;
    private final WhenKnown<TypeTablePlace> table;
    private final WhenKnown<Integer> cookie;

    /**
     * @throws MemflowException of kind NOT_FOUND when the places of members without which no type can be told are not known
     */
    public ObjectTypes(WindowsKernel kernel, ObjectHeaders headers) {
        this.kernel = kernel;
        this.headers = headers;
        memory = kernel.memory();
        width = PointerWidth.of(memory.properties());
        pointer = kernel.optionalField("_OBJECT_HEADER", "Type");
        index = pointer.isPresent() ? Optional.empty() : Optional.of(kernel.field("_OBJECT_HEADER", "TypeIndex"));
        name = kernel.field("_OBJECT_TYPE", "Name");
        table = new WhenKnown<>(() -> TypeTablePlace.find(kernel));
        cookie = new WhenKnown<>(this::learnCookie);
    }

    /**
     * The name of an object's type, such as {@code File}.
     *
     * @param object virtual address of the object itself
     * @throws MemflowException when it cannot be read, or how headers name types is not known
     */
    public String type(long object) {
        long type = typeObject(headers.header(object));
        if (!kernel.architecture().isKernelAddress(type) || type == FREED) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER, ErrorKind.NOT_FOUND, "The object's header names no type that there is.");
        }
        return UnicodeString.read(memory, name.at(type), width);
    }

    private long typeObject(long header) {
        return index.isEmpty()
                ? pointer.orElseThrow().pointer(header)
                : table.get().type(memory, index(index.get(), header));
    }

    private int index(KernelField member, long header) {
        int stored = (int) member.unsigned(header);
        return kernel.version().isAtLeast(WindowsVersion.TEN) ? stored ^ addressByte(header) ^ cookie.get() : stored;
    }

    /** The second byte of a header's address ({@code ObGetObjectType}). */
    private static int addressByte(long header) {
        return (int) (header >>> Byte.SIZE) & INDEX_MASK;
    }

    /** {@code ObHeaderCookie}, by the header of the process System. */
    private int learnCookie() {
        long system = kernel.anchors().systemProcess();
        KernelField stored = index.orElseThrow();
        if (system == 0) {
            long symbol = kernel.symbols().address("ObHeaderCookie").orElse(0);
            if (symbol == 0) {
                throw new MemflowException(
                        ErrorOrigin.OS_LAYER,
                        ErrorKind.NOT_FOUND,
                        "What headers of objects are combined with cannot be learned: the process System was not found.");
            }
            return (int) memory.readUnsigned(symbol, Byte.BYTES);
        }
        long header = headers.header(system);
        return (int) stored.unsigned(header) ^ addressByte(header) ^ table.get().processIndex();
    }
}
