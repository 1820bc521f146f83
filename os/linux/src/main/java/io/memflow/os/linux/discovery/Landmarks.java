package io.memflow.os.linux.discovery;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.StructureLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds data of the kernel image that kallsyms do not name when the kernel was built without CONFIG_KALLSYMS_ALL: each by
 * what it must hold and by links that lead back to it. Confined.
 */
final class Landmarks {
    /** "swapper/" and "swapper", the idle task's {@code comm} with and without SMP (init/init_task.c). */
    private static final long SWAPPER_SMP = 0x2F72_6570_7061_7773L;

    private static final long SWAPPER = 0x0072_6570_7061_7773L;
    /** {@code MODULE_STATE_UNFORMED} is the last state. */
    private static final int LARGEST_STATE = 3;

    /** Bytes of a pointer: of 32-bit kernels that name no data and carry types, only the idle task would be found. */
    private static final int WORD = Long.BYTES;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final MemorySegment bytes;
    private final KernelImage image;
    private final VirtualMemory memory;
    private final Translation translation = new Translation();
    private final StructureLayout layout;

    Landmarks(ImageBytes bytes, KernelImage image, VirtualMemory memory, StructureLayout layout) {
        this.bytes = bytes.segment();
        this.image = image;
        this.memory = memory;
        this.layout = layout;
    }

    /** Virtual addresses of what could be {@code init_task}; one in every healthy image. */
    List<Long> idleTasks() {
        long comm = layout.offset("task_struct", "comm");
        long tasks = layout.offset("task_struct", "tasks");
        long pid = layout.offset("task_struct", "pid");
        long group = layout.offset("task_struct", "tgid");
        List<Long> found = new ArrayList<>();
        for (long at = comm % Long.BYTES; at + Long.BYTES <= bytes.byteSize(); at += Long.BYTES) {
            long word = bytes.get(ScalarLayout.LONG_LITTLE, at);
            long task = image.virtualBase() + at - comm;
            if ((word == SWAPPER || word == SWAPPER_SMP)
                    && int32(task + pid) == 0
                    && int32(task + group) == 0
                    && isLinked(task + tasks)) {
                found.add(task);
            }
        }
        return found;
    }

    /**
     * Virtual address of the head of the modules' list: its first entry is a {@code struct module} that names itself
     * ({@code mkobj.mod}) and links back. Empty also when no module is loaded: such a head looks like any empty list.
     */
    OptionalLong moduleList() {
        long list = layout.offset("module", "list");
        for (long at = 0; at + 2L * WORD <= bytes.byteSize(); at += WORD) {
            long next = bytes.get(ScalarLayout.LONG_LITTLE, at);
            long previous = bytes.get(ScalarLayout.LONG_LITTLE, at + WORD);
            long head = image.virtualBase() + at;
            boolean outside = isKernelPointer(next)
                    && isKernelPointer(previous)
                    && !image.containsVirtual(next)
                    && !image.containsVirtual(previous);
            // One entry is proof enough: the link to the other may be the damaged one.
            if (outside
                    && ((pointer(next + WORD) == head && isModule(next - list))
                            || (pointer(previous) == head && isModule(previous - list)))) {
                return OptionalLong.of(head);
            }
        }
        return OptionalLong.empty();
    }

    /**
     * Virtual address of the timekeeper: {@code offs_real} is the exact negative of {@code wall_to_monotonic} there
     * ({@code tk_set_wall_to_mono()}, kernel/time/timekeeping.c).
     */
    OptionalLong timekeeper() {
        OptionalLong real = layout.optionalOffset("timekeeper", "offs_real");
        OptionalLong toMonotonic = layout.optionalOffset("timekeeper", "wall_to_monotonic");
        OptionalLong size = layout.types().size("timekeeper");
        if (real.isEmpty() || toMonotonic.isEmpty() || size.isEmpty()) {
            return OptionalLong.empty();
        }
        for (long at = 0; at + size.getAsLong() <= bytes.byteSize(); at += Long.BYTES) {
            long offset = bytes.get(ScalarLayout.LONG_LITTLE, at + real.getAsLong());
            long seconds = bytes.get(ScalarLayout.LONG_LITTLE, at + toMonotonic.getAsLong());
            long nanos = bytes.get(ScalarLayout.LONG_LITTLE, at + toMonotonic.getAsLong() + Long.BYTES);
            boolean normalized = seconds < 0 && nanos > 0 && nanos < NANOS_PER_SECOND;
            if (normalized && offset == -(seconds * NANOS_PER_SECOND + nanos)) {
                return OptionalLong.of(image.virtualBase() + at);
            }
        }
        return OptionalLong.empty();
    }

    private boolean isModule(long module) {
        int state = int32(module + layout.offset("module", "state"));
        return Integer.compareUnsigned(state, LARGEST_STATE) <= 0
                && pointer(module + layout.offset("module", "mkobj.mod")) == module;
    }

    private boolean isLinked(long link) {
        long next = pointer(link);
        long previous = pointer(link + WORD);
        return next != 0 && previous != 0 && pointer(next + WORD) == link && pointer(previous) == link;
    }

    private boolean isKernelPointer(long word) {
        return word < 0 && word % WORD == 0 && memory.format().isCanonical(word);
    }

    /** A pointer, 0 when it cannot be read. */
    private long pointer(long address) {
        // Most of what is asked for is no address: finding that out must not cost an exception.
        if (!memory.translate(address, translation)) {
            return 0;
        }
        try {
            return memory.readPointer(address);
        } catch (MemoryAccessException unreadable) {
            return 0;
        }
    }

    /** An {@code int}, -1 when it cannot be read. */
    private int int32(long address) {
        try {
            return memory.readInt(address);
        } catch (MemoryAccessException unreadable) {
            return -1;
        }
    }
}
