package io.memflow.formats.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times of Windows: {@code FILETIME}, units of 100 ns since 1601 (UTC). Stateless. */
final class FileTime {
    private static final long UNITS_PER_SECOND = 10_000_000;
    private static final int NANOS_PER_UNIT = 100;
    /** Seconds from 1601 to 1970. */
    private static final long EPOCH = 11_644_473_600L;

    private FileTime() {}

    /** The time; null for 0, which stands for none, and for what is beyond signed 64 bits. */
    static @Nullable Instant instant(long units) {
        return units <= 0
                ? null
                : Instant.ofEpochSecond(units / UNITS_PER_SECOND - EPOCH, units % UNITS_PER_SECOND * NANOS_PER_UNIT);
    }
}
