package io.memflow.os.linux.page;

import io.memflow.os.linux.structure.Kernel;

/** Finds pages on swap devices that are in memory as well. Thread-safe. */
sealed interface SwapCache permits SwapSpaces, SwapTables {
    /** The cache that kernels of this version have. */
    static SwapCache of(Kernel kernel, Folios folios) {
        return kernel.layout().has("swap_cluster_info", "table")
                ? new SwapTables(kernel, folios)
                : new SwapSpaces(kernel, folios);
    }

    /**
     * Finds a page.
     *
     * @param info address of the device's {@code swap_info_struct}
     * @param frames where {@code struct page}s lie
     * @return address of its {@code struct page}, or 0 when the cache does not have it
     * @throws io.memflow.core.memory.MemoryAccessException when a structure cannot be read
     */
    long find(long info, int device, long offset, PageFrames frames);
}
