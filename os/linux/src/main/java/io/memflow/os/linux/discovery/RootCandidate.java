package io.memflow.os.linux.discovery;

import io.memflow.core.paging.PagingFormat;

/**
 * A page that could be the kernel's root page table.
 *
 * @param root its physical address
 * @param format the format it would be the root of
 * @param image the kernel image it maps
 * @param kernelEntries present entries in the kernel's half
 * @param userEntries present entries in the user half
 */
record RootCandidate(long root, PagingFormat format, KernelImage image, int kernelEntries, int userEntries) {
    /**
     * Whether the page lies inside the image it maps. The kernel's own root does ({@code init_top_pgt},
     * arch/x86/kernel/head_64.S), that of a process does not, unless it was placed into freed initialisation memory.
     */
    boolean liesInsideImage() {
        return image.containsPhysical(root);
    }
}
