package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.os.linux.structure.Kernel;

/** Kernels before 6.18: {@code swapper_spaces}, for each device an array of address spaces of 64 MiB of it. */
final class SwapSpaces implements SwapCache {
    /** {@code SWAP_ADDRESS_SPACE_SHIFT}, mm/swap.h. */
    private static final int SPACE_SHIFT = 14;

    private final MemoryView memory;
    private final CacheTree tree;
    private final SwapValues values;
    private final Folios folios;
    private final long spaces;
    private final long counts;
    private final long spaceBytes;
    private final long pages;
    private final int word;

    SwapSpaces(Kernel kernel, Folios folios) {
        memory = kernel.memory();
        tree = new CacheTree(kernel);
        values = SwapValues.of(memory.properties().pointerBytes());
        this.folios = folios;
        spaces = kernel.address("swapper_spaces");
        counts = kernel.address("nr_swapper_spaces");
        spaceBytes = kernel.layout().size("address_space");
        pages = kernel.layout().offset("address_space", "i_pages");
        word = memory.properties().pointerBytes();
    }

    @Override
    public long find(long info, int device, long offset, PageFrames frames) {
        long array = memory.readPointer(spaces + (long) device * word);
        long number = offset >>> SPACE_SHIFT;
        if (array == 0 || number >= memory.readInt(counts + (long) device * Integer.BYTES)) {
            return 0;
        }
        long tried = array + number * spaceBytes + pages;
        CacheTree.Found found = tree.find(tried, offset);
        if (found.entry() == 0 && number != 0) {
            // Since 6.10 indices count from the start of the space (swap_cache_index()); before, of the device.
            found = tree.find(tried, offset & ((1L << SPACE_SHIFT) - 1));
        }
        boolean cached = found.entry() != 0 && !found.isValue();
        return cached ? folios.ofSwapEntry(found.entry(), values.entry(device, offset)) : 0;
    }
}
