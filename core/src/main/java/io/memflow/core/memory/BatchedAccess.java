package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;

/**
 * Reads and writes that belong together: collected first, then executed as one batch of reads and one of writes, in an
 * order of the caller's choice.
 *
 * <p>Faults of the first batch do not keep the second from running, and every request ends in a status, to be found in
 * {@link #reads()} and {@link #writes()}. Holds its arrays for the next use. Confined: one thread at a time.
 */
public final class BatchedAccess {
    private final MemoryBatch reads = new MemoryBatch();
    private final MemoryBatch writes = new MemoryBatch();

    /** Nothing to do yet. */
    public BatchedAccess() {}

    /** Which of the two batches runs first. */
    public enum Order {
        /** Reads see memory as it was before the writes. */
        READS_FIRST,
        /** Reads see what the writes have left, as a check of them does. */
        WRITES_FIRST
    }

    /**
     * Adds a read into the whole of a buffer.
     *
     * @return its index in {@link #reads()}
     */
    public int read(long address, MemorySegment target) {
        return reads.add(address, target);
    }

    /**
     * Adds a write of the whole of a buffer, whose bytes are taken when the batch runs.
     *
     * @return its index in {@link #writes()}
     */
    public int write(long address, MemorySegment source) {
        return writes.add(address, source);
    }

    /** Bits 64 to 127 of every address of both batches, until {@link #clear()}. */
    public void upper(long word) {
        reads.upper(word);
        writes.upper(word);
    }

    /** Executes both batches. May be called again, which executes all of it once more. */
    public void commit(MemoryView view, Order order) {
        switch (order) {
            case READS_FIRST -> {
                view.read(reads);
                view.write(writes);
            }
            case WRITES_FIRST -> {
                view.write(writes);
                view.read(reads);
            }
        }
    }

    /** The reads and how each ended. */
    public MemoryBatch reads() {
        return reads;
    }

    /** The writes and how each ended. */
    public MemoryBatch writes() {
        return writes;
    }

    /** Whether every read and every write ended whole. */
    public boolean allWhole() {
        return reads.allWhole() && writes.allWhole();
    }

    /** Forgets all requests and results. */
    public void clear() {
        reads.clear();
        writes.clear();
    }
}
