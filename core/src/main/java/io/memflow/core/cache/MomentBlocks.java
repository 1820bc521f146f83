package io.memflow.core.cache;

import java.nio.ByteOrder;

/**
 * What the moment of one thread has of physical memory, without a batch, and which translations it has found there: in a
 * moment both stay as they are. Confined to that thread, and to be let go when the moment ends.
 */
public interface MomentBlocks {
    /** What {@link #place} and {@link #frame} return when they have nothing. */
    long ABSENT = -1;

    /**
     * Where bytes lie among the blocks, for {@link #value}; they are fetched when they are missing.
     *
     * @param address physical address of the first
     * @param bytes 1, 2, 4 or 8
     * @return {@link #ABSENT} when they have to be read like any other
     */
    long place(long address, int bytes);

    /** The unsigned value at a place, with no other call in between. */
    long value(long place, int bytes, ByteOrder order);

    /**
     * The physical address of a page that {@link #remember} was told of, or {@link #ABSENT}.
     *
     * @param walker who reads tables of its format
     * @param root physical address of the root table
     * @param page virtual address of its first byte
     */
    long frame(Object walker, long root, long page);

    /**
     * Remembers where a page is, until another needs its room.
     *
     * @param frame physical address, not negative
     */
    void remember(Object walker, long root, long page, long frame);
}
