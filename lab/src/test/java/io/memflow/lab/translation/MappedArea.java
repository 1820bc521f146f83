package io.memflow.lab.translation;

import java.util.List;

/**
 * A mapping of a process and the pages present in it. What is not among them is not mapped, in the processor's eyes
 * neither.
 *
 * @param start first address
 * @param end address after the last
 * @param rights four letters, such as {@code rw-p}
 * @param name file or purpose; empty when it has none
 * @param pages in ascending order
 */
record MappedArea(long start, long end, String rights, String name, List<PagemapEntry> pages) {
    /** The kernel keeps pages nobody may touch, and says in pagemap that they are present; the processor sees none. */
    boolean isAccessible() {
        return !rights.startsWith("---");
    }

    /**
     * Whether pagemap knows its pages. It passes over those that have no {@code struct page}, the data pages of the vDSO,
     * and over the vsyscall page of x86-64, which is the kernel's.
     */
    boolean isInPagemap() {
        return !name.startsWith("[vvar") && !name.equals("[vsyscall]");
    }

    boolean contains(long address) {
        return Long.compareUnsigned(address - start, end - start) < 0;
    }
}
