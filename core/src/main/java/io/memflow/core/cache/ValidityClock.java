package io.memflow.core.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Counts what a {@link Validity} is measured in. A call to a cache reads it once, so that the whole call sees one instant.
 * Thread-safe.
 */
final class ValidityClock {
    private final LongSupplier counter;
    private final long lifetime;

    private ValidityClock(LongSupplier counter, long lifetime) {
        this.counter = counter;
        this.lifetime = lifetime;
    }

    /**
     * The clock of a validity.
     *
     * @param nanoTime nanoseconds, as {@link System#nanoTime()} counts them
     */
    static ValidityClock of(Validity validity, LongSupplier nanoTime) {
        return switch (validity) {
            case Validity.Timed(Duration time) -> new ValidityClock(nanoTime, nanos(time));
            case Validity.Calls(long calls) -> new ValidityClock(new AtomicLong()::incrementAndGet, calls);
            case Validity.Manual() -> new ValidityClock(() -> 0, Long.MAX_VALUE);
        };
    }

    private static long nanos(Duration time) {
        // 292 years are as good as any longer time.
        return time.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : time.toNanos();
    }

    /** The instant of a call. */
    long now() {
        return counter.getAsLong();
    }

    /** Whether what was fetched by a call of one instant may be used by a call of another. */
    boolean isValid(long fetched, long now) {
        return now - fetched < lifetime;
    }
}
