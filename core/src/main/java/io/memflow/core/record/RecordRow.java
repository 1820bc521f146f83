package io.memflow.core.record;

import io.memflow.core.memory.Gap;

/**
 * One row of a list that was read: the record, or why there is none.
 *
 * @param <R> the record's type
 */
public sealed interface RecordRow<R extends Record> {
    /** Where the structure lies. */
    long address();

    /** A structure that was read whole. */
    record Whole<R extends Record>(long address, R value) implements RecordRow<R> {}

    /**
     * A structure of which a field could not be read.
     *
     * @param gap the missing bytes at the lowest address, and the cause
     */
    record Missing<R extends Record>(long address, Gap gap) implements RecordRow<R> {}

    /**
     * A structure whose values the record's constructor does not take.
     *
     * @param cause what the constructor threw
     */
    record Rejected<R extends Record>(long address, RuntimeException cause) implements RecordRow<R> {}
}
