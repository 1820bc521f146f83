package io.memflow.core.view;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What two growing counts were at times gone by, so that their growth within the last {@link #WINDOW_NANOS} can be told
 * to a tenth of it. Whoever first counts in a new tenth notes the counts; the others only see that it was done.
 * Thread-safe and lock-free; allocates once per tenth.
 */
final class RateWindow {
    /** Ten seconds: long enough for a steady figure, short enough to follow a phase of the work. */
    static final long WINDOW_NANOS = 10_000_000_000L;

    private static final int TICKS = 10;
    private static final long TICK_NANOS = WINDOW_NANOS / TICKS;
    /** One more than the window is long, so that its oldest mark is still there. */
    private static final int SLOTS = TICKS + 1;

    /** The counts at one time. */
    record Mark(long nanos, long requests, long bytes) {}

    private final long startNanos;
    private final AtomicLong lastTick = new AtomicLong(-1);
    private final AtomicReferenceArray<@Nullable Mark> marks = new AtomicReferenceArray<>(SLOTS);

    RateWindow(long startNanos) {
        this.startNanos = startNanos;
    }

    /** Whether the caller is the one to {@link #note} the counts, which it does before it adds to them. */
    boolean isDue(long now) {
        long tick = (now - startNanos) / TICK_NANOS;
        long last = lastTick.get();
        return tick > last && lastTick.compareAndSet(last, tick);
    }

    void note(long now, long requests, long bytes) {
        marks.set((int) ((now - startNanos) / TICK_NANOS % SLOTS), new Mark(now, requests, bytes));
    }

    /** The oldest mark inside the window that ends now; null when nothing was counted in it. */
    @Nullable
    Mark oldest(long now) {
        Mark oldest = null;
        for (int i = 0; i < SLOTS; i++) {
            Mark mark = marks.get(i);
            if (mark != null && now - mark.nanos <= WINDOW_NANOS && (oldest == null || mark.nanos - oldest.nanos < 0)) {
                oldest = mark;
            }
        }
        return oldest;
    }

    /** Nanoseconds that the window which ends now covers: less than all of it shortly after the start. */
    long covered(long now) {
        return Math.min(WINDOW_NANOS, now - startNanos);
    }
}
