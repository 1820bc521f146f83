package io.memflow.core.view;

import java.util.concurrent.atomic.LongAdder;

/** Counts into the buckets of a {@link LatencyHistogram}. Thread-safe and lock-free. */
final class LatencyCounter {
    private final LongAdder[] counts = new LongAdder[LatencyHistogram.BUCKETS];

    LatencyCounter() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    void add(long nanos) {
        counts[LatencyHistogram.bucket(Math.max(0, nanos))].increment();
    }

    LatencyHistogram histogram() {
        long[] sums = new long[counts.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = counts[i].sum();
        }
        return new LatencyHistogram(sums);
    }
}
