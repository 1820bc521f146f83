package io.memflow.os.linux.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.paging.PagingFormat;

/**
 * A page that could be the kernel's root page table.
 *
 * @param root its physical address
 * @param format the format it would be the root of
 * @param image the kernel image it maps
 * @param kernelEntries present entries in the kernel's half
 * @param userEntries present entries in the user half
 * @param oddEntries present entries that no kernel writes into a root; 0 where they were not looked for
 */
record RootCandidate(
        long root, PagingFormat format, KernelImage image, int kernelEntries, int userEntries, int oddEntries) {
    /** A damaged root may have a few odd entries; data that is taken for a root has many. */
    private static final int MOST_ODD_ENTRIES = 4;

    /**
     * Whether the page lies inside the image it maps. The kernel's own root does ({@code init_top_pgt},
     * arch/x86/kernel/head_64.S), that of a process does not, unless it was placed into freed initialisation memory.
     */
    boolean liesInsideImage() {
        return image.containsPhysical(root);
    }

    /** Whether it holds so much that no kernel writes into a root that it is likely something else. */
    boolean isUnlikely() {
        return oddEntries > MOST_ODD_ENTRIES;
    }

    /** Whether this is the table in the page at a physical address. */
    boolean isAt(long physical) {
        return Address.alignDown(root, format.pageSize()) == physical;
    }

    /** The same with another extent of the image. */
    RootCandidate withImage(KernelImage other) {
        return new RootCandidate(root, format, other, kernelEntries, userEntries, oddEntries);
    }
}
