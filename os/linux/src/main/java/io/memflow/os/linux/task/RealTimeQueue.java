package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;

/**
 * The tasks of a processor that come before others: {@code rt_rq.active}, one list for each of 100 priorities
 * (kernel/sched/rt.c). Tasks with deadlines are not among them. Thread-safe.
 */
final class RealTimeQueue {
    /** {@code MAX_RT_PRIO}, include/linux/sched/prio.h. */
    private static final int PRIORITIES = 100;

    private final MemoryView memory;
    private final KernelList lists;
    private final TaskFields fields;
    private final KernelField heads;
    private final KernelField link;
    private final KernelField entity;

    /** @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when the kernel's types lack what is needed */
    RealTimeQueue(Kernel kernel, TaskFields fields) {
        this.fields = fields;
        memory = kernel.memory();
        lists = new KernelList(memory);
        heads = kernel.field("rq", "rt.active.queue");
        link = kernel.field("sched_rt_entity", "run_list");
        entity = kernel.field("task_struct", "rt");
    }

    /**
     * Adds the tasks that wait, those that run too.
     *
     * @param rq virtual address of the processor's {@code struct rq}
     * @param name what to call it when it is damaged
     * @throws io.memflow.core.memory.MemoryAccessException when the heads of its lists cannot be read
     */
    void add(long rq, String name, List<Long> tasks, List<MissingPart> missing) {
        // Both ends of each list at once: nearly all are empty.
        long[] ends = new long[2 * PRIORITIES];
        memory.readPointers(heads.at(rq), ends);
        for (int priority = 0; priority < PRIORITIES; priority++) {
            long head = heads.at(rq) + 2L * priority * fields.word;
            if (ends[2 * priority] != head || ends[2 * priority + 1] != head) {
                KernelList.Entries waiting = lists.walk(
                        head,
                        link.place().offset(),
                        name + " (rt)",
                        found -> fields.isTask(found - entity.place().offset()));
                waiting.addresses()
                        .forEach(found -> tasks.add(found - entity.place().offset()));
                missing.addAll(waiting.missing());
            }
        }
    }
}
