package io.memflow.formats.filetime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Times as Windows counts them: units of 100 ns since 1601, UTC ({@code FILETIME}, minwinbase.h). Stateless. */
public final class FileTime {
    private static final long UNITS_PER_SECOND = 10_000_000;
    private static final long NANOSECONDS_PER_UNIT = 100;
    /** From 1601-01-01 to 1970-01-01. */
    private static final long SECONDS_BEFORE_1970 = 11_644_473_600L;

    private FileTime() {}

    /** The time; null for 0, which stands for none, and for what lies beyond the year 30827, the last there is. */
    public static @Nullable Instant instant(long units) {
        return units <= 0
                ? null
                : Instant.ofEpochSecond(
                        units / UNITS_PER_SECOND - SECONDS_BEFORE_1970,
                        units % UNITS_PER_SECOND * NANOSECONDS_PER_UNIT);
    }
}
