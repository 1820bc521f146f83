package io.memflow.os.linux.page;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageSource;

/** What Linux says in a page-table entry that the processor calls not present. */
sealed interface SoftEntry {
    /** Nothing: it is up to the region. */
    record Untouched() implements SoftEntry {}

    /**
     * The page is in memory.
     *
     * @param physical physical address of the first byte that the entry stands for
     */
    record Resident(PageSource source, long physical) implements SoftEntry {}

    /**
     * The page was swapped out.
     *
     * @param device number of the swap device
     * @param offset pages from its start
     */
    record Swapped(int device, long offset) implements SoftEntry {}

    /** The page cannot be had, whatever the region. */
    record Gone(Fault cause, String why) implements SoftEntry {}
}
