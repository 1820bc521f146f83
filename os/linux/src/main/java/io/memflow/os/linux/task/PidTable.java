package io.memflow.os.linux.task;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.IdTable;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The ids of the initial pid namespace: {@code init_pid_ns.idr} holds a {@code struct pid} for each, which leads to the task
 * that has the id (kernel/pid.c). Thread-safe.
 */
final class PidTable {
    /** What it is called in messages. */
    static final String NAME = "init_pid_ns.idr";

    private final MemoryView memory;
    private final IdTable ids;
    private final long table;
    private final long pidTasks;
    private final long pidLinks;

    private PidTable(Kernel kernel, long namespace) {
        memory = kernel.memory();
        ids = new IdTable(kernel);
        StructureLayout layout = kernel.layout();
        table = namespace + layout.offset("pid_namespace", "idr");
        pidTasks = layout.offset("pid", "tasks");
        pidLinks = layout.offset("task_struct", "pid_links");
    }

    /** Empty when this kernel's symbols or types do not say where the table is. */
    static Optional<PidTable> of(Kernel kernel) {
        OptionalLong namespace = kernel.find("init_pid_ns");
        StructureLayout layout = kernel.layout();
        boolean known = IdTable.isKnown(kernel)
                && layout.has("pid_namespace", "idr")
                && layout.has("pid", "tasks")
                && layout.has("task_struct", "pid_links");
        return known && namespace.isPresent()
                ? Optional.of(new PidTable(kernel, namespace.getAsLong()))
                : Optional.empty();
    }

    /** Virtual addresses of what should be {@code task_struct}s, and where the table could not be followed. */
    KernelList.Entries read() {
        KernelList.Entries entries = ids.entries(table, NAME);
        List<Long> tasks = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(entries.missing());
        for (long pid : entries.addresses()) {
            addTask(pid, tasks, missing);
        }
        if (tasks.isEmpty()) {
            missing.add(new MissingPart(NAME, "it is empty"));
        }
        return new KernelList.Entries(tasks, missing);
    }

    private void addTask(long pid, List<Long> tasks, List<MissingPart> missing) {
        try {
            // tasks[PIDTYPE_PID].first leads to pid_links[PIDTYPE_PID] of the task; an id without a task is kept
            // by a group or session that outlived its leader.
            long link = memory.readPointer(pid + pidTasks);
            if (link != 0) {
                tasks.add(link - pidLinks);
            }
        } catch (MemoryAccessException unreadable) {
            missing.add(new MissingPart("struct pid at " + Address.format(pid), unreadable.getMessage()));
        }
    }
}
