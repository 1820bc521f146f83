package io.memflow.core.memory;

/** How the place of a page was found. */
public enum PageSource {
    /** The page tables map it. */
    PAGE_TABLE("mapped"),
    /** The page tables hold it, marked so that the processor cannot use it: its process has forbidden all access. */
    PROTECTED("no access"),
    /** The OS was moving it; these are its bytes before the move. */
    MIGRATION("migration"),
    /** A page of a file or of shared memory that no entry of this process maps. */
    PAGE_CACHE("page cache"),
    /** It is being swapped out, or was read back, and has not been dropped from memory. */
    SWAP_CACHE("swap cache"),
    /** It was swapped out to a disk that keeps its pages in memory, compressed as a rule. */
    ZRAM("zram"),
    /** It was swapped out, and since all of it is zero the kernel has noted only that. */
    SWAPPED_ZEROES("swapped zeroes"),
    /** It was taken from its process, and its bytes are still where they were (Windows: standby and modified lists). */
    TRANSITION("transition"),
    /** A page of a section that no entry of this process maps; the section's own entry does (Windows: prototype PTE). */
    PROTOTYPE("prototype"),
    /** It was moved out to a file, of which a copy was given (Windows: pagefile.sys). */
    PAGE_FILE("page file");

    private final String text;

    PageSource(String text) {
        this.text = text;
    }

    /** A few words for a table. */
    public String text() {
        return text;
    }
}
