package io.memflow.os.linux.task;

import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When the machine was booted, by its own clock: {@code offs_real - offs_boot} of the timekeeper, as
 * {@code getboottime64()} in kernel/time/timekeeping.c computes it. Thread-safe.
 */
final class BootClock {
    /** The structure around the timekeeper has had these names; its type is anonymous in most kernels. */
    private static final List<String> SYMBOLS = List.of("tk_core", "timekeeper_data");
    /** The timekeeper lies behind a sequence counter, at most a few cache lines into it. */
    private static final int LARGEST_OFFSET = 256;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Kernel kernel;
    /** {@code tv_nsec} of {@code struct timespec64} is a {@code long}. */
    private final int wordBytes;

    BootClock(Kernel kernel) {
        this.kernel = kernel;
        wordBytes = kernel.memory().properties().pointerBytes();
    }

    /** Empty when no timekeeper is found that agrees with itself. */
    Optional<Instant> bootTime() {
        StructureLayout layout = kernel.layout();
        OptionalLong real = layout.optionalOffset("timekeeper", "offs_real");
        OptionalLong boot = layout.optionalOffset("timekeeper", "offs_boot");
        OptionalLong toMonotonic = layout.optionalOffset("timekeeper", "wall_to_monotonic");
        if (real.isEmpty() || boot.isEmpty() || toMonotonic.isEmpty()) {
            return Optional.empty();
        }
        for (String symbol : SYMBOLS) {
            long base = kernel.addressOrZero(symbol);
            for (int offset = 0; base != 0 && offset <= LARGEST_OFFSET; offset += wordBytes) {
                long timekeeper = base + offset;
                Optional<Instant> time = consistentBootTime(
                        timekeeper + real.getAsLong(),
                        timekeeper + boot.getAsLong(),
                        timekeeper + toMonotonic.getAsLong());
                if (time.isPresent()) {
                    return time;
                }
            }
        }
        return Optional.empty();
    }

    /** The timekeeper keeps {@code offs_real} as the exact negative of {@code wall_to_monotonic}: that proves it. */
    private Optional<Instant> consistentBootTime(long realAt, long bootAt, long toMonotonicAt) {
        MemoryView memory = kernel.memory();
        try {
            long offsetReal = memory.readLong(realAt);
            long seconds = memory.readLong(toMonotonicAt);
            long nanos = memory.readUnsigned(toMonotonicAt + Long.BYTES, wordBytes);
            boolean normalized = nanos >= 0 && nanos < NANOS_PER_SECOND;
            if (offsetReal == 0 || !normalized || offsetReal != -(seconds * NANOS_PER_SECOND + nanos)) {
                return Optional.empty();
            }
            return Optional.of(Instant.EPOCH.plusNanos(offsetReal - memory.readLong(bootAt)));
        } catch (MemoryAccessException unreadable) {
            return Optional.empty();
        }
    }
}
