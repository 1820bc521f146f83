package io.memflow.os.windows.object;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;

/**
 * Tells whether an object is of a type, where types can be told at all: that is tried on the process System, whose type is
 * known. Thread-safe.
 */
public final class TypedObjects {
    private static final String PROCESS = "Process";

    private final Optional<ObjectTypes> types;

    private TypedObjects(Optional<ObjectTypes> types) {
        this.types = types;
    }

    /** What is known of an object's type. */
    public enum Answer {
        YES,
        /** It is of another, or was freed: the kernel takes the type away then. */
        NO,
        /** Types of this kernel's objects cannot be told, or this one's is not in memory. */
        UNKNOWN
    }

    /** Those of a kernel. */
    public static TypedObjects of(WindowsKernel kernel, ObjectHeaders headers) {
        long system = kernel.anchors().systemProcess();
        try {
            ObjectTypes types = new ObjectTypes(kernel, headers);
            return new TypedObjects(
                    system != 0 && types.type(system).equals(PROCESS) ? Optional.of(types) : Optional.empty());
        } catch (MemflowException unknown) {
            return new TypedObjects(Optional.empty());
        }
    }

    /**
     * Whether an object is of a type.
     *
     * @param object virtual address
     * @param type such as {@code Driver}
     */
    public Answer is(long object, String type) {
        if (types.isEmpty()) {
            return Answer.UNKNOWN;
        }
        try {
            return types.get().type(object).equals(type) ? Answer.YES : Answer.NO;
        } catch (MemoryAccessException unreadable) {
            return Answer.UNKNOWN;
        } catch (MemflowException none) {
            return Answer.NO;
        }
    }
}
