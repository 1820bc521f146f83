package io.memflow.core.view;

/**
 * How long calls took, in nanoseconds, in buckets whose width grows with the time: eight to each power of two, so that a
 * value is known to an eighth. Immutable.
 */
public final class LatencyHistogram {
    /** log2 of the buckets to each power of two. */
    private static final int STEP_BITS = 3;

    private static final int STEPS = 1 << STEP_BITS;
    /** The highest bucket ends at 2^63. */
    static final int BUCKETS = (Long.SIZE - STEP_BITS) * STEPS;

    private final long[] counts;

    /** A histogram of {@link #BUCKETS} counts, which it keeps. */
    LatencyHistogram(long[] counts) {
        this.counts = counts;
    }

    /** Calls counted. */
    public long count() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /**
     * The time that a share of the calls did not exceed: the upper end of the bucket it falls into.
     *
     * @param percent more than 0, up to 100
     * @return nanoseconds; 0 when nothing was counted
     */
    public long percentile(double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("a percentile lies above 0 and up to 100, not at " + percent);
        }
        long wanted = (long) Math.ceil(count() * (percent / 100));
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS && wanted > 0; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted) {
                return highest(bucket);
            }
        }
        return 0;
    }

    /** The bucket of a time, not negative: its highest bit and the three bits below choose it. */
    static int bucket(long nanos) {
        int shift = Long.SIZE - STEP_BITS - 1 - Long.numberOfLeadingZeros(nanos | STEPS);
        return (shift << STEP_BITS) + (int) (nanos >>> shift);
    }

    /** The longest time that falls into a bucket. */
    private static long highest(int bucket) {
        if (bucket < 2 * STEPS) {
            return bucket;
        }
        int shift = (bucket >>> STEP_BITS) - 1;
        long step = bucket & STEPS - 1;
        return ((STEPS + step + 1) << shift) - 1;
    }
}
