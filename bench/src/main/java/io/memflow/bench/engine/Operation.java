package io.memflow.bench.engine;

/** One row's operation, for the check that both sides found the same. */
interface Operation {
    /** Makes the row's addresses and room. */
    void prepare(Machine machine);

    /** Runs the operation once, and sums up what it found as the C reference does. */
    long checksum(Machine machine);
}
