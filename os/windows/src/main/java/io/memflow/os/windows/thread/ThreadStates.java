package io.memflow.os.windows.thread;

import io.memflow.core.os.TaskState;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;

/** What a thread is doing, by {@code KTHREAD.State} and {@code WaitReason} (KTHREAD_STATE and KWAIT_REASON, wdm.h). Thread-safe. */
final class ThreadStates {
    private static final int INITIALIZED = 0;
    private static final int READY = 1;
    private static final int RUNNING = 2;
    private static final int STANDBY = 3;
    private static final int TERMINATED = 4;
    private static final int WAITING = 5;
    /** Ready, but its kernel stack is not in memory. */
    private static final int TRANSITION = 6;

    private static final int DEFERRED_READY = 7;
    /** Waits for a gate, until Windows 7. */
    private static final int GATE_WAIT = 8;
    /** Ready, but its process is not in memory. */
    private static final int WAITING_FOR_PROCESS = 9;
    /** {@code Suspended} and {@code WrSuspended}. */
    private static final int SUSPENDED = 5;

    private static final int WR_SUSPENDED = 12;

    private final KernelField state;
    private final Optional<KernelField> reason;

    ThreadStates(WindowsKernel kernel) {
        state = kernel.field("_KTHREAD", "State");
        reason = kernel.optionalField("_KTHREAD", "WaitReason");
    }

    TaskState read(long thread) {
        return switch ((int) state.unsigned(thread)) {
            case READY, RUNNING, STANDBY, DEFERRED_READY -> TaskState.RUNNING;
            case WAITING -> isSuspended(thread) ? TaskState.STOPPED : TaskState.SLEEPING;
            case GATE_WAIT -> TaskState.SLEEPING;
            case TRANSITION, WAITING_FOR_PROCESS -> TaskState.UNINTERRUPTIBLE;
            case INITIALIZED -> TaskState.PARKED;
            case TERMINATED -> TaskState.DEAD;
            default -> TaskState.UNKNOWN;
        };
    }

    private boolean isSuspended(long thread) {
        if (reason.isEmpty()) {
            return false;
        }
        long why = reason.get().unsigned(thread);
        return why == SUSPENDED || why == WR_SUSPENDED;
    }
}
