package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;

/**
 * Looks entries up in an XArray ({@code include/linux/xarray.h}), which kernels since 4.20 keep the pages of a file in.
 * Thread-safe.
 */
final class CacheTree {
    /** Low bits of an entry that say what it is. */
    private static final long KIND_MASK = 3;

    private static final long INTERNAL = 2;
    /** Internal entries up to here are not nodes ({@code xa_is_node()}). */
    private static final long LARGEST_RESERVED = 4096;
    /** A tree over 64 bits of index, 4 bits a level at least, is not higher. */
    private static final int HIGHEST = 16;

    private final MemoryView memory;
    private final int word;
    private final long head;
    private final long shift;
    private final long slots;
    private final int slotCount;

    CacheTree(Kernel kernel) {
        memory = kernel.memory();
        word = memory.properties().pointerBytes();
        StructureLayout layout = kernel.layout();
        head = layout.offset("xarray", "xa_head");
        shift = layout.offset("xa_node", "shift");
        slots = layout.offset("xa_node", "slots");
        slotCount = (int) (layout.location("xa_node", "slots").byteSize() / word);
    }

    /**
     * What stands at an index.
     *
     * @param entry 0 when nothing does; a pointer, or a value when bit 0 is set
     * @param last last index for which the same holds; only meaningful when nothing stands there
     */
    record Found(long entry, long last) {
        boolean isValue() {
            return (entry & 1) != 0;
        }

        /** {@code xa_to_value()}. */
        long value() {
            return entry >>> 1;
        }
    }

    /**
     * Looks an index up.
     *
     * @param array virtual address of the {@code struct xarray}
     * @param index unsigned
     * @throws io.memflow.core.memory.MemoryAccessException when a node cannot be read
     */
    Found find(long array, long index) {
        long entry = memory.readPointer(array + head);
        if (!isNode(entry)) {
            // Without a node, the head is the entry of index 0.
            return index == 0 ? new Found(usable(entry), 0) : new Found(0, -1);
        }
        long node = entry - INTERNAL;
        int bits = (int) memory.readUnsigned(node + shift, 1);
        if (bits >= Long.SIZE || Long.compareUnsigned(index >>> bits, slotCount) >= 0) {
            return new Found(0, -1);
        }
        for (int depth = 0; depth < HIGHEST; depth++) {
            long slot = index >>> bits & (slotCount - 1);
            entry = slot(node, slot);
            if (isSibling(entry)) {
                entry = slot(node, entry >>> 2 & (slotCount - 1));
            }
            if (!isNode(entry) || bits == 0) {
                return new Found(usable(entry), index | ((1L << bits) - 1));
            }
            node = entry - INTERNAL;
            int below = (int) memory.readUnsigned(node + shift, 1);
            if (below >= bits) {
                // Shifts fall from level to level: this is no node of this tree.
                return new Found(0, index);
            }
            bits = below;
        }
        return new Found(0, index);
    }

    private long slot(long node, long slot) {
        return memory.readPointer(node + slots + slot * word);
    }

    private static boolean isNode(long entry) {
        return (entry & KIND_MASK) == INTERNAL && Long.compareUnsigned(entry, LARGEST_RESERVED) > 0;
    }

    /** An entry of several indices stands in the first of its slots, and the others point there. */
    private boolean isSibling(long entry) {
        return (entry & KIND_MASK) == INTERNAL && entry >>> 2 < slotCount - 1;
    }

    /** Reserved entries, such as that of an error or a zero, name no page. */
    private static long usable(long entry) {
        return (entry & KIND_MASK) == INTERNAL ? 0 : entry;
    }
}
