package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One thread.
 *
 * @param address virtual address of the kernel's own object; null from a system that does not show it
 * @param pid id of its process
 * @param tid its own id; equal to {@code pid} for the main thread on Linux
 * @param name the short name the kernel keeps; null when it could not be read
 */
public record ThreadInfo(
        @Nullable Long address, int pid, int tid, @Nullable String name, TaskState state, Provenance provenance)
        implements Row {}
