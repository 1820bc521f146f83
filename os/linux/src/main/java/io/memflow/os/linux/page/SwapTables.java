package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;

/**
 * Kernels since 6.18: for each cluster of a device a table with a word for each page (mm/swap_table.h). A cached page's word
 * is the address of its folio, or since 7.0 the number of the folio's first frame above the bits {@code 10}.
 */
final class SwapTables implements SwapCache {
    private static final long VALUE = 1;
    /** {@code SWP_TB_PFN_MARK} and its mask. */
    private static final long FRAME_MARK = 2;

    private static final long MARK_MASK = 3;
    private static final int MARK_BITS = 2;
    /** Addresses are aligned to 8; a word with only these bits unset is a slot that must not be used. */
    private static final long POINTER_MASK = 7;

    private static final long BAD = -1L << 3;
    /** Bits of a frame: 52 of a physical address less those of a page. The use count stands above them. */
    private static final int PHYSICAL_BITS = 52;

    private final MemoryView memory;
    private final SwapValues values;
    private final Folios folios;
    private final long clusters;
    private final long clusterBytes;
    private final long table;
    private final long entries;
    private final int word;

    SwapTables(Kernel kernel, Folios folios) {
        memory = kernel.memory();
        values = SwapValues.of(memory.properties().pointerBytes());
        this.folios = folios;
        StructureLayout layout = kernel.layout();
        clusters = layout.offset("swap_info_struct", "cluster_info");
        clusterBytes = layout.size("swap_cluster_info");
        table = layout.offset("swap_cluster_info", "table");
        word = memory.properties().pointerBytes();
        entries = layout.location("swap_table", "entries").byteSize() / word;
    }

    /** The word of a page; 0 when its cluster has no table. */
    long word(long info, long offset) {
        long cluster = memory.readPointer(info + clusters) + (offset / entries) * clusterBytes;
        long words = memory.readPointer(cluster + table);
        return words == 0 ? 0 : memory.readPointer(words + (offset % entries) * word);
    }

    @Override
    public long find(long info, int device, long offset, PageFrames frames) {
        long entry = word(info, offset);
        if (entry == 0 || entry == BAD || (entry & VALUE) != 0) {
            return 0;
        }
        long wanted = values.entry(device, offset);
        if ((entry & MARK_MASK) == FRAME_MARK) {
            long mask = (1L << (PHYSICAL_BITS - frames.pageShift())) - 1;
            return folios.ofSwapEntry(frames.page((entry >>> MARK_BITS) & mask), wanted);
        }
        return (entry & POINTER_MASK) == 0 ? folios.ofSwapEntry(entry, wanted) : 0;
    }
}
