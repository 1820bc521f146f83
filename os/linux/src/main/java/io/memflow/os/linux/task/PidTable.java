package io.memflow.os.linux.task;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.StructureLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The ids of the initial pid namespace: {@code init_pid_ns.idr}, an XArray of {@code struct pid}, each of which leads to
 * the task that has the id (kernel/pid.c, include/linux/xarray.h). Thread-safe.
 */
final class PidTable {
    /** An XArray entry with these low bits is internal: a node, or one of the reserved values up to 4096. */
    private static final int INTERNAL = 2;

    private static final int INTERNAL_MASK = 3;
    private static final long LARGEST_RESERVED = 4096;
    /** {@code XA_MAX_MARKS} and chunk of six bits: 64 bits of index need no more levels. */
    private static final int HIGHEST = 11;
    /** {@code PID_MAX_LIMIT}: no more entries can be in use. */
    private static final int MOST_ENTRIES = 4 << 20;

    private final MemoryView memory;
    private final long head;
    private final long slots;
    private final int slotCount;
    private final int word;
    private final long pidTasks;
    private final long pidLinks;

    private PidTable(Kernel kernel, long namespace) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        word = memory.properties().pointerBytes();
        head = namespace + layout.offset("pid_namespace", "idr.idr_rt.xa_head");
        slots = layout.offset("xa_node", "slots");
        slotCount = (int) (layout.memberSize("xa_node", "slots") / word);
        pidTasks = layout.offset("pid", "tasks");
        pidLinks = layout.offset("task_struct", "pid_links");
    }

    /** Empty when this kernel's symbols or types do not say where the table is. */
    static Optional<PidTable> of(Kernel kernel) {
        OptionalLong namespace = kernel.find("init_pid_ns");
        StructureLayout layout = kernel.layout();
        boolean known = layout.has("pid_namespace", "idr.idr_rt.xa_head")
                && layout.types()
                        .member("xa_node", "slots")
                        .filter(slots -> slots.byteSize() > 0)
                        .isPresent()
                && layout.has("pid", "tasks")
                && layout.has("task_struct", "pid_links");
        return known && namespace.isPresent()
                ? Optional.of(new PidTable(kernel, namespace.getAsLong()))
                : Optional.empty();
    }

    /** Virtual addresses of what should be {@code task_struct}s, and where the table could not be followed. */
    record Entries(List<Long> tasks, List<MissingPart> missing) {}

    Entries read() {
        Traversal traversal = new Traversal();
        try {
            traversal.entry(memory.readPointer(head), 0);
        } catch (MemoryAccessException unreadable) {
            traversal.damage("init_pid_ns.idr", unreadable.getMessage());
        }
        if (traversal.tasks.isEmpty()) {
            traversal.damage("init_pid_ns.idr", "it is empty");
        }
        return new Entries(traversal.tasks, traversal.missing);
    }

    private final class Traversal {
        final List<Long> tasks = new ArrayList<>();
        final List<MissingPart> missing = new ArrayList<>();
        private final Set<Long> visited = new HashSet<>();

        void entry(long entry, int depth) {
            if (entry == 0 || tasks.size() >= MOST_ENTRIES) {
                return;
            }
            if ((entry & INTERNAL_MASK) != INTERNAL) {
                pid(entry);
            } else if (Long.compareUnsigned(entry, LARGEST_RESERVED) > 0) {
                node(entry - INTERNAL, depth);
            }
        }

        private void node(long node, int depth) {
            if (depth > HIGHEST || !visited.add(node)) {
                damage("xa_node at " + Address.format(node), "it is its own ancestor");
                return;
            }
            long[] entries = new long[slotCount];
            try {
                memory.readPointers(node + slots, entries);
            } catch (MemoryAccessException unreadable) {
                damage("xa_node at " + Address.format(node), unreadable.getMessage());
                return;
            }
            for (long entry : entries) {
                entry(entry, depth + 1);
            }
        }

        private void pid(long pid) {
            try {
                // tasks[PIDTYPE_PID].first leads to pid_links[PIDTYPE_PID] of the task; an id without a task is kept
                // by a group or session that outlived its leader.
                long link = memory.readPointer(pid + pidTasks);
                if (link != 0) {
                    tasks.add(link - pidLinks);
                }
            } catch (MemoryAccessException unreadable) {
                damage("struct pid at " + Address.format(pid), unreadable.getMessage());
            }
        }

        void damage(String what, String why) {
            missing.add(new MissingPart(what, why));
        }
    }
}
