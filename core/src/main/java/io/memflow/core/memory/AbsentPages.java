package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;

/** Knows where pages are that page tables do not map. Thread-safe. */
public interface AbsentPages {
    /** Begins a look at the target as it is now. */
    Search open();

    /** One look, for as many addresses as belong to one request. Confined. */
    interface Search {
        /**
         * Finds where the bytes at an address are that the page tables do not map, or why they are not in memory.
         *
         * @param address virtual address
         * @param length bytes that are of interest, at least 1; the range must not end beyond the address space
         * @return what begins at the address and is as long as is known at once, at most {@code length} bytes
         */
        PageRun find(long address, long length);

        /**
         * Gives bytes of a run that {@link #find} has called {@link PageContent.Packed}.
         *
         * @param address virtual address in that run
         * @param target receives the bytes; the run must not end before them
         * @return {@link Fault#NONE}, or why a target that has changed since does not have them any more
         */
        Fault restore(long address, MemorySegment target);
    }
}
