package io.memflow.os.linux.region;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.Place;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Kernels since 6.1: {@code mm->mm_mt}, a maple tree of address ranges (include/linux/maple_tree.h, lib/maple_tree.c).
 *
 * <p>A node has slots and one pivot less: slot <i>i</i> covers the addresses from the pivot before it, plus one, to its
 * own. The last used slot reaches to the node's own maximum; slots behind it hold other data and are not looked at.
 */
final class MapleTreeVmas implements VmaSource {
    /** The low bits of a node pointer carry its type ({@code MAPLE_NODE_MASK}). */
    private static final long NODE_MASK = 0xFF;

    private static final int TYPE_SHIFT = 3;
    private static final int TYPE_MASK = 0xF;
    /** {@code enum maple_type}. */
    private static final int LEAF_64 = 1;

    private static final int RANGE_64 = 2;
    private static final int ARANGE_64 = 3;
    /** An XArray entry with these low bits is internal: a node, or reserved (include/linux/xarray.h). */
    private static final int INTERNAL = 2;

    private static final int INTERNAL_MASK = 3;
    /** Internal entries up to here are not nodes ({@code xa_is_node()}). */
    private static final long LARGEST_RESERVED = 4096;
    /** {@code MAPLE_HEIGHT_MAX}: no tree is higher. */
    private static final int HIGHEST = 31;

    /** Garbage that is taken for a node branches on and on: a tree with this many defects is given up. */
    private static final int MOST_DEFECTS = 64;

    private static final long LARGEST_32_BIT = 0xFFFF_FFFFL;

    private final MemoryView memory;
    private final int word;
    /** The last address of a space, where the root's last slot ends. */
    private final long largest;

    private final long root;
    private final Place vmStart;
    private final Place vmEnd;
    private final NodeShape range;
    private final NodeShape allocationRange;

    /**
     * Where pivots and slots lie in one kind of node.
     *
     * @param pivots offset of the pivots in the node, in bytes
     * @param slots offset of the slots
     * @param slotCount number of slots
     */
    private record NodeShape(long pivots, long slots, int slotCount) {
        static NodeShape of(StructureLayout layout, int word, String member, String structure) {
            long at = layout.offset("maple_node", member);
            return new NodeShape(at + layout.offset(structure, "pivot"), at + layout.offset(structure, "slot"), (int)
                    (layout.memberSize(structure, "slot") / word));
        }
    }

    MapleTreeVmas(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        word = memory.properties().pointerBytes();
        largest = word == Long.BYTES ? -1L : LARGEST_32_BIT;
        root = layout.offset("mm_struct", "mm_mt.ma_root");
        vmStart = layout.place("vm_area_struct", "vm_start");
        vmEnd = layout.place("vm_area_struct", "vm_end");
        range = NodeShape.of(layout, word, "mr64", "maple_range_64");
        allocationRange = NodeShape.of(layout, word, "ma64", "maple_arange_64");
    }

    @Override
    public String name() {
        return "maple-tree";
    }

    @Override
    public Found find(long mm) {
        Traversal traversal = new Traversal();
        try {
            long entry = memory.readPointer(mm + root);
            if (isNode(entry)) {
                traversal.node(entry, 0, largest, 0);
            } else if (entry != 0) {
                traversal.vmas.add(entry);
            }
        } catch (MemoryAccessException unreadable) {
            traversal.damage("ma_root", unreadable.getMessage());
        }
        return new Found(traversal.vmas, traversal.missing);
    }

    private static boolean isNode(long entry) {
        return (entry & INTERNAL_MASK) == INTERNAL && Long.compareUnsigned(entry, LARGEST_RESERVED) > 0;
    }

    private final class Traversal {
        final List<Long> vmas = new ArrayList<>();
        final List<MissingPart> missing = new ArrayList<>();
        private final Set<Long> visited = new HashSet<>();

        void node(long entry, long minimum, long maximum, int depth) {
            long node = entry & ~NODE_MASK;
            int type = (int) (entry >>> TYPE_SHIFT) & TYPE_MASK;
            boolean known = type == LEAF_64 || type == RANGE_64 || type == ARANGE_64;
            if (missing.size() >= MOST_DEFECTS) {
                // What has lost its way this far finds nothing but more of the same.
                return;
            }
            if (!known || depth > HIGHEST || !visited.add(node)) {
                damage(
                        "maple node at " + Address.format(node),
                        known ? "it is its own ancestor" : "its type is " + type);
                return;
            }
            try {
                slots(node, type, minimum, maximum, depth);
            } catch (MemoryAccessException unreadable) {
                damage("maple node at " + Address.format(node), unreadable.getMessage());
            }
        }

        private void slots(long node, int type, long minimum, long maximum, int depth) {
            NodeShape shape = type == ARANGE_64 ? allocationRange : range;
            long from = minimum;
            for (int i = 0; i < shape.slotCount; i++) {
                long to = i + 1 < shape.slotCount ? memory.readPointer(node + shape.pivots + (long) i * word) : maximum;
                // A pivot of zero behind the first slot ends the node.
                boolean last = (to == 0 && i > 0) || Long.compareUnsigned(to, maximum) >= 0;
                if (last) {
                    to = maximum;
                }
                if (Long.compareUnsigned(to, from) < 0) {
                    damage("maple node at " + Address.format(node), "its pivots do not ascend");
                    return;
                }
                slot(memory.readPointer(node + shape.slots + (long) i * word), type, from, to, depth);
                if (last) {
                    return;
                }
                from = to + 1;
            }
        }

        private void slot(long entry, int type, long from, long to, int depth) {
            if (entry == 0) {
                return;
            }
            if (type != LEAF_64) {
                node(entry, from, to, depth + 1);
            } else if ((entry & INTERNAL_MASK) == 0) {
                leaf(entry, from, to);
            }
        }

        /** A region covers what its slot covers. */
        private void leaf(long vma, long from, long to) {
            try {
                if (vmStart.isKnown()
                        && vmEnd.isKnown()
                        && (memory.readPointer(vmStart.in(vma)) != from
                                || memory.readPointer(vmEnd.in(vma)) != to + 1)) {
                    damage("vm_area_struct at " + Address.format(vma), "it does not cover what the tree says");
                }
                vmas.add(vma);
            } catch (MemoryAccessException unreadable) {
                damage("vm_area_struct at " + Address.format(vma), unreadable.getMessage());
            }
        }

        void damage(String what, String why) {
            missing.add(new MissingPart(what, why));
        }
    }
}
