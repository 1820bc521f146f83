package io.memflow.core.cpu;

/** What the processors of a machine do. */
public enum CpuState {
    /** They execute the guest's code; its memory changes while it is read. */
    RUNNING,
    /** They stand still, whoever stopped them. */
    PAUSED
}
