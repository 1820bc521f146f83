package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.OptionalLong;

/**
 * Which page of its block device a page of a swap area is: a tree of {@code struct swap_extent} ({@code
 * offset_to_swap_extent()}, mm/swapfile.c), since 5.3. Thread-safe.
 */
final class SwapExtents {
    /** A balanced tree over 32 bits of pages is not higher. */
    private static final int HIGHEST = 64;

    private final MemoryView memory;
    private final KernelField device;
    private final KernelField root;
    private final long node;
    private final long left;
    private final long right;
    private final KernelField first;
    private final KernelField pages;
    private final KernelField block;

    SwapExtents(Kernel kernel) {
        memory = kernel.memory();
        device = kernel.field("swap_info_struct", "bdev");
        root = kernel.field("swap_info_struct", "swap_extent_root.rb_node");
        node = kernel.layout().offset("swap_extent", "rb_node");
        left = kernel.layout().offset("rb_node", "rb_left");
        right = kernel.layout().offset("rb_node", "rb_right");
        first = kernel.field("swap_extent", "start_page");
        pages = kernel.field("swap_extent", "nr_pages");
        block = kernel.field("swap_extent", "start_block");
    }

    /** Virtual address of the {@code struct block_device} that a swap area is on. */
    long device(long info) {
        return device.pointer(info);
    }

    /** Number of the block, as long as a page, that a page of a swap area is; empty when none is known. */
    OptionalLong block(long info, long offset) {
        long at = root.pointer(info);
        for (int depth = 0; at != 0 && depth < HIGHEST; depth++) {
            long extent = at - node;
            long distance = offset - first.unsigned(extent);
            if (distance >= 0 && distance < pages.unsigned(extent)) {
                return OptionalLong.of(block.unsigned(extent) + distance);
            }
            at = memory.readPointer(at + (distance < 0 ? left : right));
        }
        return OptionalLong.empty();
    }
}
