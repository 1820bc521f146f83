package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One thread.
 *
 * @param address virtual address of the kernel's own object
 * @param pid id of its process
 * @param tid its own id; equal to {@code pid} for the main thread on Linux
 * @param name the short name the kernel keeps; null when it could not be read
 */
public record ThreadInfo(
        long address, int pid, int tid, @Nullable String name, TaskState state, Provenance provenance) implements Row {}
