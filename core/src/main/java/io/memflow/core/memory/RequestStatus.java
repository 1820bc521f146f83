package io.memflow.core.memory;

/** How one request of a {@link MemoryBatch} ended. */
public enum RequestStatus {
    /** Not executed yet. */
    PENDING,
    /** Every byte was transferred. */
    WHOLE,
    /** Some bytes were transferred; the batch's faults name the others. */
    PARTIAL,
    /** No byte was transferred. */
    FAILED
}
