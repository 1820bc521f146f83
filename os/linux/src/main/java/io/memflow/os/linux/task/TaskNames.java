package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryView;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.Place;
import io.memflow.os.linux.structure.StructureLayout;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * A task's name as {@code /proc/PID/comm} shows it: what the kernel keeps in {@code comm}, and for kernel threads the
 * longer name it would show instead ({@code proc_task_name()} in fs/proc/array.c). Thread-safe.
 */
final class TaskNames {
    /** {@code PF_WQ_WORKER}, include/linux/sched.h. */
    private static final int WORKQUEUE_WORKER = 0x20;
    /** {@code PF_KTHREAD}, include/linux/sched.h. */
    private static final int KERNEL_THREAD = 0x0020_0000;
    /** {@code TASK_COMM_LEN}. */
    private static final int COMM_BYTES = 16;
    /** {@code WORKER_DESC_LEN} and {@code WQ_NAME_LEN}, up to 32 over the versions. */
    private static final int DESCRIPTION_BYTES = 32;
    /** The size of the buffer {@code /proc} prints names through. */
    private static final int NAME_BYTES = 64;

    private static final String RESCUER_PREFIX = "kworker/R-";

    private final MemoryView memory;
    private final Place flags;
    private final long comm;
    private final Place kthread;
    private final OptionalLong kthreadData;
    private final OptionalLong fullName;
    private final OptionalLong workerDescription;
    private final long workerPool;
    private final long workerCurrentWork;
    private final long workerRescueQueue;
    private final OptionalLong queueName;
    private final boolean workersAreFormatted;

    TaskNames(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        flags = layout.place("task_struct", "flags");
        comm = layout.offset("task_struct", "comm");
        // to_kthread(): task->worker_private since 5.17, task->set_child_tid before.
        kthread = layout.place("task_struct", "worker_private", "set_child_tid");
        kthreadData = layout.optionalOffset("kthread", "data");
        fullName = layout.optionalOffset("kthread", "full_name");
        workerDescription = layout.optionalOffset("worker", "desc");
        workerPool = layout.optionalOffset("worker", "pool").orElse(0);
        workerCurrentWork = layout.optionalOffset("worker", "current_work").orElse(0);
        workerRescueQueue = layout.optionalOffset("worker", "rescue_wq").orElse(0);
        queueName = layout.optionalOffset("workqueue_struct", "name");
        workersAreFormatted = kernel.addressOrZero("format_worker_id") != 0;
    }

    boolean isKernelThread(long task) {
        return (memory.readInt(flags.in(task)) & KERNEL_THREAD) != 0;
    }

    /** The name of the task at a virtual address; the short one where it is not known what leads to the longer. */
    String read(long task) {
        String name = text(task + comm, COMM_BYTES);
        int bits = flags.isKnown() && kthread.isKnown() ? memory.readInt(flags.in(task)) : 0;
        if ((bits & WORKQUEUE_WORKER) != 0 && kthreadData.isPresent() && workerDescription.isPresent()) {
            return workerName(task, name);
        }
        if ((bits & KERNEL_THREAD) != 0 && fullName.isPresent()) {
            long thread = memory.readPointer(kthread.in(task));
            long full = thread == 0 ? 0 : memory.readPointer(thread + fullName.getAsLong());
            return full == 0 ? name : text(full, NAME_BYTES);
        }
        return name;
    }

    /** {@code wq_worker_comm()}, kernel/workqueue.c: the worker's id, and what it works or last worked on. */
    private String workerName(long task, String comm) {
        long thread = memory.readPointer(kthread.in(task));
        long worker = thread == 0 ? 0 : memory.readPointer(thread + kthreadData.getAsLong());
        if (worker == 0) {
            return comm;
        }
        String name = comm;
        long rescued = memory.readPointer(worker + workerRescueQueue);
        if (workersAreFormatted && rescued != 0 && queueName.isPresent()) {
            name = RESCUER_PREFIX + text(rescued + queueName.getAsLong(), DESCRIPTION_BYTES);
        }
        String description = text(worker + workerDescription.getAsLong(), DESCRIPTION_BYTES);
        if (memory.readPointer(worker + workerPool) == 0 || description.isEmpty()) {
            return name;
        }
        boolean working = memory.readPointer(worker + workerCurrentWork) != 0;
        return name + (working ? '+' : '-') + description;
    }

    /** A zero-terminated string in a field of fixed size; without a terminator the whole field. */
    private String text(long address, int bytes) {
        byte[] field = memory.readBytes(address, bytes);
        int end = 0;
        while (end < bytes && field[end] != 0) {
            end++;
        }
        return new String(field, 0, end, StandardCharsets.UTF_8);
    }
}
