package io.memflow.os.linux.task;

import io.memflow.core.address.Address;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelTree;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tasks of a processor that share its time: the tree {@code cfs_rq.tasks_timeline}, whose entries are tasks or, with
 * CONFIG_FAIR_GROUP_SCHED, groups with a tree of their own (kernel/sched/fair.c). Thread-safe.
 */
final class FairQueue {
    private final TaskFields fields;
    private final KernelTree trees;
    private final KernelField ownQueue;
    private final KernelField timeline;
    private final KernelField node;
    private final KernelField entity;
    private final Optional<KernelField> groupQueue;

    /** @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when the kernel's types lack what is needed */
    FairQueue(Kernel kernel, TaskFields fields) {
        this.fields = fields;
        trees = new KernelTree(kernel);
        ownQueue = kernel.field("rq", "cfs");
        timeline = kernel.field("cfs_rq", "tasks_timeline.rb_root");
        node = kernel.field("sched_entity", "run_node");
        entity = kernel.field("task_struct", "se");
        groupQueue = kernel.optionalField("sched_entity", "my_q");
    }

    /**
     * Adds the tasks that wait.
     *
     * @param rq virtual address of the processor's {@code struct rq}
     * @param name what to call it when it is damaged
     * @throws io.memflow.core.memory.MemoryAccessException when an entry of it vanishes while it is read
     */
    void add(long rq, String name, List<Long> tasks, List<MissingPart> missing) {
        add(ownQueue.at(rq), name + " (cfs)", new HashSet<>(), tasks, missing);
    }

    private void add(long queue, String name, Set<Long> visited, List<Long> tasks, List<MissingPart> missing) {
        if (!visited.add(queue)) {
            missing.add(new MissingPart(name, "the group at " + Address.format(queue) + " was there before"));
            return;
        }
        KernelList.Entries entries = trees.walk(
                timeline.at(queue), node.place().offset(), name, waiting -> group(waiting) != 0 || isTask(waiting));
        missing.addAll(entries.missing());
        for (long waiting : entries.addresses()) {
            long group = group(waiting);
            if (group != 0) {
                add(group, name, visited, tasks, missing);
            } else {
                tasks.add(waiting - entity.place().offset());
            }
        }
    }

    /** The queue of a group; 0 for a task. */
    private long group(long waiting) {
        return isTask(waiting) || groupQueue.isEmpty() ? 0 : groupQueue.get().pointer(waiting);
    }

    private boolean isTask(long waiting) {
        return fields.isTask(waiting - entity.place().offset());
    }
}
