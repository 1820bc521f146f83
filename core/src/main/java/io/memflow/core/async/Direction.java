package io.memflow.core.async;

/** Which way a batch moves bytes. */
public enum Direction {
    READ,
    WRITE
}
