package io.memflow.os.windows.synthetic;

/** Whether the block that starts processors ({@code PROCESSOR_START_BLOCK}) is in the first megabyte. */
public enum LowStub {
    ABSENT,
    PRESENT
}
