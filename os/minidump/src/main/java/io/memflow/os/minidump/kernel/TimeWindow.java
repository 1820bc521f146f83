package io.memflow.os.minidump.kernel;

import io.memflow.formats.crashdump.CrashHeader;
import io.memflow.formats.filetime.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a system ran, in units of 100 ns since 1601 (UTC).
 *
 * @param start when it was started; 0 when not known
 * @param stop when it stopped; 0 when not known
 */
record TimeWindow(long start, long stop) {
    /** The first threads are older than the clock that counts the time since the start: up to a second in genuine dumps. */
    private static final long BEFORE = 60L * 10_000_000;

    static TimeWindow of(CrashHeader header) {
        Long stop = header.systemTime();
        Long ran = header.upTime();
        if (stop == null || stop <= 0) {
            return new TimeWindow(0, 0);
        }
        return new TimeWindow(ran != null && ran > 0 && ran < stop ? stop - ran : 0, stop);
    }

    /** Whether something that happened then happened while it ran. */
    boolean holds(long time) {
        return start != 0 && time >= start - BEFORE && time <= stop;
    }

    @Nullable
    Instant started() {
        return FileTime.instant(start);
    }

    @Nullable
    Instant stopped() {
        return FileTime.instant(stop);
    }
}
