package io.memflow.core.os;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thread.
 *
 * @param address virtual address of the kernel's own object; null from a system that does not show it
 * @param pid id of its process
 * @param tid its own id; equal to {@code pid} for the main thread on Linux
 * @param name the short name the kernel keeps; null when it could not be read, or the system keeps none
 * @param places where it began and what memory is its own; null from a system that does not keep it
 */
public record ThreadInfo(
        @Nullable Long address,
        int pid,
        int tid,
        @Nullable String name,
        TaskState state,
        @Nullable Places places,
        Provenance provenance)
        implements Row {
    /** A thread of a system that keeps no places of it. */
    public ThreadInfo(
            @Nullable Long address, int pid, int tid, @Nullable String name, TaskState state, Provenance provenance) {
        this(address, pid, tid, name, state, null, provenance);
    }

    /**
     * Where a thread began and what memory is its own. All addresses are virtual; a place that does not apply or could not be
     * read is null.
     *
     * @param start where the kernel made it begin
     * @param entry the function that its program asked for
     * @param block its own data in its process' memory; on Windows its {@code TEB}
     * @param kernelStack its stack inside the kernel
     * @param userStack its stack in its process' memory, as far as it has grown
     * @param startTime when it began, by the machine's own clock
     * @param exitTime when it ended; null while it has not
     */
    public record Places(
            @Nullable Long start,
            @Nullable Long entry,
            @Nullable Long block,
            @Nullable Stack kernelStack,
            @Nullable Stack userStack,
            @Nullable Instant startTime,
            @Nullable Instant exitTime) {}

    /**
     * A stack.
     *
     * @param low its lowest virtual address
     * @param high virtual address after its highest byte, where it begins to grow
     */
    public record Stack(long low, long high) {}
}
