package io.memflow.os.windows.synthetic;

/** Whether a synthetic machine has pages in all states. */
public enum PageStates {
    /** What was touched is in memory; what was not has empty entries. */
    RESIDENT,
    /** Some pages of each process are in transition, in a page file, still to be zeroed, or described by a section. */
    MIXED
}
