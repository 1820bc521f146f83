package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;

/** The ids and links of a {@code task_struct} (include/linux/sched.h), and what proves one. Thread-safe. */
final class TaskFields {
    /** {@code PID_MAX_LIMIT}, include/linux/threads.h. */
    private static final int LARGEST_PID = 4 << 20;
    /** What {@code exit_state} holds in a task that is not yet freed: nothing, or {@code EXIT_ZOMBIE}. */
    private static final int ZOMBIE = 0x20;

    private static final int ALIVE = 0;

    final MemoryView memory;
    final int word;
    /** Virtual address of the idle task; 0 when it was not found. */
    final long initTask;

    final long tasks;
    final long pid;
    final long threadGroup;
    final long groupLeader;
    final long realParent;
    final long children;
    final long sibling;
    final long exitState;

    TaskFields(Kernel kernel) {
        memory = kernel.memory();
        word = memory.properties().pointerBytes();
        initTask = kernel.addressOrZero("init_task");
        StructureLayout layout = kernel.layout();
        tasks = layout.offset("task_struct", "tasks");
        pid = layout.offset("task_struct", "pid");
        threadGroup = layout.offset("task_struct", "tgid");
        groupLeader = layout.offset("task_struct", "group_leader");
        realParent = layout.offset("task_struct", "real_parent");
        children = layout.offset("task_struct", "children");
        sibling = layout.offset("task_struct", "sibling");
        exitState = layout.offset("task_struct", "exit_state");
    }

    int tid(long task) {
        return memory.readInt(task + pid);
    }

    int tgid(long task) {
        return memory.readInt(task + threadGroup);
    }

    /** Whether there is a task with plausible ids. */
    boolean isTask(long address) {
        try {
            int tid = tid(address);
            int group = tgid(address);
            return tid > 0 && tid <= LARGEST_PID && group > 0 && group <= LARGEST_PID;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    /** Whether there is the main thread of a process: both ids are one, and it is its own leader. */
    boolean isMainThread(long address) {
        try {
            return isTask(address)
                    && tid(address) == tgid(address)
                    && memory.readPointer(address + groupLeader) == address;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }

    /** The main thread of a task's process; 0 when it cannot be read. */
    long leader(long task) {
        try {
            return memory.readPointer(task + groupLeader);
        } catch (MemoryAccessException unreadable) {
            return 0;
        }
    }

    /** Whether a task was not yet reaped: what is freed keeps {@code EXIT_DEAD} until it is used again. */
    boolean isInUse(long task) {
        try {
            int state = memory.readInt(task + exitState);
            return state == ALIVE || state == ZOMBIE;
        } catch (MemoryAccessException unreadable) {
            return false;
        }
    }
}
