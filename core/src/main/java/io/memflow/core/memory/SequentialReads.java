package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;

/**
 * Reads long runs, for who looks at all memory once. A file that is mapped costs a page fault for every few pages, and what
 * was looked at counts as memory of this process until it is let go; reading it costs neither. Thread-safe.
 */
public interface SequentialReads extends AddressBound {
    /**
     * Fills a segment.
     *
     * @param address physical address of the first byte
     * @return whether all bytes were read; when not, the contents mean nothing and the memory itself says why
     */
    boolean read(long address, MemorySegment buffer);
}
