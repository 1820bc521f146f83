package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelList;
import io.memflow.os.linux.structure.StructureLayout;

/**
 * Finds the {@code task_struct} of every process and thread: {@code init_task.tasks} links the main threads, each
 * process' {@code signal->thread_head} links its threads (include/linux/sched.h, sched/signal.h). Thread-safe.
 */
final class Tasks {
    /** {@code PID_MAX_LIMIT}, include/linux/threads.h. */
    private static final int LARGEST_PID = 4 << 20;

    private final MemoryView memory;
    private final KernelList lists;
    private final long initTask;
    private final long tasks;
    private final long pid;
    private final long threadGroup;
    private final long signal;
    private final long threadHead;
    private final long threadNode;

    Tasks(Kernel kernel) {
        memory = kernel.memory();
        lists = new KernelList(memory);
        initTask = kernel.address("init_task");
        StructureLayout layout = kernel.layout();
        tasks = layout.offset("task_struct", "tasks");
        pid = layout.offset("task_struct", "pid");
        threadGroup = layout.offset("task_struct", "tgid");
        signal = layout.offset("task_struct", "signal");
        threadHead = layout.offset("signal_struct", "thread_head");
        threadNode = layout.offset("task_struct", "thread_node");
    }

    /** Main threads of all processes, without the idle task. */
    KernelList.Entries processes() {
        return lists.walk(initTask + tasks, tasks, "init_task.tasks", this::isTask);
    }

    /** All threads of the process whose main thread is given, that one first. */
    KernelList.Entries threads(long task) {
        long head = memory.readPointer(task + signal) + threadHead;
        return lists.walk(head, threadNode, "thread list of process " + tgid(task), this::isTask);
    }

    int tid(long task) {
        return memory.readInt(task + pid);
    }

    int tgid(long task) {
        return memory.readInt(task + threadGroup);
    }

    private boolean isTask(long address) {
        try {
            int tid = tid(address);
            int group = tgid(address);
            return tid > 0 && tid <= LARGEST_PID && group > 0 && group <= LARGEST_PID;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }
}
