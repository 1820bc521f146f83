package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.FieldReader;
import io.memflow.core.structure.Place;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private final Place kthreadData;
    private final OptionalLong fullName;
    private final boolean keepsFullNames;
    private final Place workerTask;
    private final Place workerDescription;
    private final Place workerPool;
    private final Place workerCurrentWork;
    private final Place workerRescueQueue;
    private final OptionalLong queueName;
    private final boolean workersAreFormatted;
    private final boolean workersAreKnown;

    TaskNames(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        flags = layout.place("task_struct", "flags");
        comm = layout.offset("task_struct", "comm");
        // to_kthread(): task->worker_private since 5.17, task->set_child_tid before.
        // The older member is still there for another purpose, so damage must not lead to it.
        keepsFullNames = kernel.version().isAtLeast(5, 17);
        kthread = layout.place("task_struct", keepsFullNames ? "worker_private" : "set_child_tid");
        kthreadData = layout.place("kthread", "data");
        fullName = layout.optionalOffset("kthread", "full_name");
        workerTask = layout.place("worker", "task");
        workerDescription = layout.place("worker", "desc");
        workerPool = layout.place("worker", "pool");
        workerCurrentWork = layout.place("worker", "current_work");
        workerRescueQueue = layout.place("worker", "rescue_wq");
        queueName = layout.optionalOffset("workqueue_struct", "name");
        workersAreFormatted = kernel.addressOrZero("format_worker_id") != 0;
        workersAreKnown = Stream.of(
                        kthread,
                        kthreadData,
                        workerTask,
                        workerDescription,
                        workerPool,
                        workerCurrentWork,
                        workerRescueQueue)
                .allMatch(Place::isKnown);
    }

    boolean isKernelThread(long task) {
        return (memory.readInt(flags.in(task)) & KERNEL_THREAD) != 0;
    }

    /**
     * The name of the task at a virtual address.
     *
     * @param fields notes when there is only the short name where the kernel would show a longer one
     * @throws MemoryAccessException when not even that can be read
     */
    String read(long task, FieldReader fields) {
        String name = text(task + comm, COMM_BYTES);
        if (!flags.isKnown()) {
            // The row says so: what kind of task it is cannot be told either.
            return name;
        }
        int bits = memory.readInt(flags.in(task));
        try {
            if ((bits & WORKQUEUE_WORKER) != 0) {
                return workerName(task, name, fields);
            }
            // Only a name that fills comm can be part of a longer one.
            boolean isCut = (bits & KERNEL_THREAD) != 0 && name.length() == COMM_BYTES - 1;
            return isCut ? fullName(task, name, fields) : name;
        } catch (MemoryAccessException unreadable) {
            return cut(name, unreadable.getMessage(), fields);
        }
    }

    /** {@code kthread.full_name}, which a thread has whose name is longer than {@code comm}. */
    private String fullName(long task, String comm, FieldReader fields) {
        if (fullName.isEmpty() || !kthread.isKnown()) {
            return keepsFullNames ? cut(comm, "it is not known where a kernel thread keeps it", fields) : comm;
        }
        long thread = memory.readPointer(kthread.in(task));
        long full = thread == 0 ? 0 : memory.readPointer(thread + fullName.getAsLong());
        if (full == 0) {
            return comm;
        }
        String name = text(full, NAME_BYTES);
        return name.startsWith(comm) ? name : cut(comm, "where it should be is another text", fields);
    }

    /** {@code wq_worker_comm()}, kernel/workqueue.c: the worker's id, and what it works or last worked on. */
    private String workerName(long task, String comm, FieldReader fields) {
        if (!workersAreKnown) {
            return cut(comm, "it is not known where a worker keeps what it works on", fields);
        }
        long thread = memory.readPointer(kthread.in(task));
        long worker = thread == 0 ? 0 : memory.readPointer(kthreadData.in(thread));
        if (worker == 0) {
            return comm;
        }
        if (memory.readPointer(workerTask.in(worker)) != task) {
            return cut(comm, "what should be its worker belongs to another task", fields);
        }
        String name = comm;
        long rescued = memory.readPointer(workerRescueQueue.in(worker));
        if (workersAreFormatted && rescued != 0 && queueName.isPresent()) {
            name = RESCUER_PREFIX + text(rescued + queueName.getAsLong(), DESCRIPTION_BYTES);
            if (!name.startsWith(comm)) {
                return cut(comm, "where its queue's name should be is another text", fields);
            }
        }
        String description = text(workerDescription.in(worker), DESCRIPTION_BYTES);
        if (memory.readPointer(workerPool.in(worker)) == 0 || description.isEmpty()) {
            return name;
        }
        boolean working = memory.readPointer(workerCurrentWork.in(worker)) != 0;
        return name + (working ? '+' : '-') + description;
    }

    private static String cut(String comm, @Nullable String why, FieldReader fields) {
        fields.note("full name", String.valueOf(why));
        return comm;
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
