package io.memflow.os.linux.task;

import io.memflow.core.os.TaskState;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;

/** Turns a task's state bits into the letter {@code /proc} prints. Bits: include/linux/sched.h. Thread-safe. */
final class TaskStates {
    /** {@code TASK_REPORT}: the bits that name a state a reader is shown. */
    private static final int REPORT = 0x7f;
    /** {@code TASK_IDLE}: {@code TASK_UNINTERRUPTIBLE | TASK_NOLOAD}. */
    private static final int IDLE = 0x402;
    /** {@code TASK_RTLOCK_WAIT}, shown as uninterruptible. */
    private static final int RTLOCK_WAIT = 0x1000;
    /** {@code TASK_FROZEN} (since 6.1), shown as uninterruptible. */
    private static final int FROZEN = 0x8000;

    private static final int UNINTERRUPTIBLE = 2;
    /** In the order of the kernel's {@code "RSDTtXZPI"} (fs/proc/array.c), by the highest bit set. */
    private static final TaskState[] BY_HIGHEST_BIT = {
        TaskState.RUNNING,
        TaskState.SLEEPING,
        TaskState.UNINTERRUPTIBLE,
        TaskState.STOPPED,
        TaskState.TRACED,
        TaskState.DEAD,
        TaskState.ZOMBIE,
        TaskState.PARKED,
        TaskState.IDLE
    };

    private final Kernel kernel;
    private final long state;
    private final long exitState;
    private final boolean hasFrozenState;

    TaskStates(Kernel kernel) {
        this.kernel = kernel;
        StructureLayout layout = kernel.layout();
        // Renamed in 5.14; int since then, long before, and the low half is what counts.
        state = layout.offset("task_struct", "__state", "state");
        exitState = layout.offset("task_struct", "exit_state");
        hasFrozenState = kernel.version().isAtLeast(6, 1);
    }

    /** The state of the task at a virtual address. */
    TaskState read(long task) {
        int bits = kernel.memory().readInt(task + state);
        int shown = (bits | kernel.memory().readInt(task + exitState)) & REPORT;
        if ((bits & IDLE) == IDLE) {
            return TaskState.IDLE;
        }
        if ((bits & RTLOCK_WAIT) != 0 || (hasFrozenState && (bits & FROZEN) != 0)) {
            shown = UNINTERRUPTIBLE;
        }
        return BY_HIGHEST_BIT[Integer.SIZE - Integer.numberOfLeadingZeros(shown)];
    }
}
