package io.memflow.os.linux.structure;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.core.structure.StructureLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The entries of a {@code struct idr}, an XArray of pointers (include/linux/idr.h, xarray.h). Thread-safe. */
public final class IdTable {
    /** An entry with these low bits is internal: a node, or one of the reserved values up to 4096. */
    private static final int INTERNAL = 2;

    private static final int INTERNAL_MASK = 3;
    private static final long LARGEST_RESERVED = 4096;
    /** Chunks of at least four bits: 64 bits of index need no more levels. */
    private static final int HIGHEST = 16;
    /** {@code PID_MAX_LIMIT}: no table of objects that occupy memory has more. */
    private static final int MOST_ENTRIES = 4 << 20;

    private final MemoryView memory;
    private final long head;
    private final long slots;
    private final int slotCount;

    /**
     * @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when this kernel's types lack what is needed
     */
    public IdTable(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        head = layout.offset("idr", "idr_rt.xa_head");
        slots = layout.offset("xa_node", "slots");
        slotCount = (int)
                (layout.memberSize("xa_node", "slots") / memory.properties().pointerBytes());
    }

    /** Whether this kernel's types have what is needed. */
    public static boolean isKnown(Kernel kernel) {
        StructureLayout layout = kernel.layout();
        return layout.has("idr", "idr_rt.xa_head")
                && layout.find("xa_node", "slots")
                        .filter(slots -> slots.byteSize() > 0)
                        .isPresent();
    }

    /**
     * All entries, ascending by id, and where the table could not be followed.
     *
     * @param table virtual address of the {@code struct idr}
     * @param name what to call it when it is damaged
     */
    public KernelList.Entries entries(long table, String name) {
        Traversal traversal = new Traversal(name);
        try {
            traversal.entry(memory.readPointer(table + head), 0);
        } catch (MemoryAccessException unreadable) {
            traversal.damage(unreadable.getMessage());
        }
        return new KernelList.Entries(traversal.entries, traversal.missing);
    }

    private final class Traversal {
        private final String name;
        private final List<Long> entries = new ArrayList<>();
        private final List<MissingPart> missing = new ArrayList<>();
        private final Set<Long> visited = new HashSet<>();

        Traversal(String name) {
            this.name = name;
        }

        void entry(long entry, int depth) {
            if (entry == 0 || entries.size() >= MOST_ENTRIES) {
                return;
            }
            if ((entry & INTERNAL_MASK) != INTERNAL) {
                entries.add(entry);
            } else if (Long.compareUnsigned(entry, LARGEST_RESERVED) > 0) {
                node(entry - INTERNAL, depth);
            }
        }

        private void node(long node, int depth) {
            if (depth > HIGHEST || !visited.add(node)) {
                damage("the node at " + Address.format(node) + " is its own ancestor");
                return;
            }
            long[] below = new long[slotCount];
            try {
                memory.readPointers(node + slots, below);
            } catch (MemoryAccessException unreadable) {
                damage(unreadable.getMessage());
                return;
            }
            for (long entry : below) {
                entry(entry, depth + 1);
            }
        }

        void damage(String why) {
            missing.add(new MissingPart(name, why));
        }
    }
}
