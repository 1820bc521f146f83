package io.memflow.core.cache;

import io.memflow.core.memory.AddressBound;
import java.nio.ByteOrder;

/** What the moment of the calling thread has of physical memory, without a batch. A capability beside {@link Moments}. Thread-safe. */
public interface MomentPlaces extends AddressBound {
    /**
     * Where the moment has bytes, for {@link #value}; they are fetched when it has not. Negative without a moment, and when
     * they have to be read like any other.
     *
     * @param address physical address of the first
     * @param bytes 1, 2, 4 or 8
     */
    long place(long address, int bytes);

    /** The unsigned value at a place that this thread was given, with no other call in between. */
    long value(long place, int bytes, ByteOrder order);
}
