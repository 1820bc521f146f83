package io.memflow.core.record;

import io.memflow.core.memory.Gap;

/** One row of a list that was written. */
public sealed interface WrittenRow {
    /** Where the structure lies. */
    long address();

    /** A structure of which every field was written. */
    record Whole(long address) implements WrittenRow {}

    /**
     * A structure of which a field could not be written. Other fields may have been.
     *
     * @param gap the bytes at the lowest address that were not written, and the cause
     * @param writtenBytes bytes of its fields that were
     */
    record Incomplete(long address, Gap gap, long writtenBytes) implements WrittenRow {}

    /**
     * A structure whose values do not fit its fields. Nothing of it was written.
     *
     * @param cause what does not fit
     */
    record Rejected(long address, RuntimeException cause) implements WrittenRow {}
}
