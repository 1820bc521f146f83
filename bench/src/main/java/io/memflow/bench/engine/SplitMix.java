package io.memflow.bench.engine;

/**
 * SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014), which the C reference has too, so
 * that both sides work on the same addresses. Confined.
 */
final class SplitMix {
    private static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private long state;

    SplitMix(long seed) {
        state = seed;
    }

    long next() {
        state += GAMMA;
        return mix(state);
    }

    /** A number from 0 to below the bound, as C's {@code %} on unsigned numbers gives it. */
    long below(long bound) {
        return Long.remainderUnsigned(next(), bound);
    }

    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }

    /** Puts an array into random order. */
    void shuffle(long[] array) {
        for (int i = array.length - 1; i > 0; i--) {
            int other = (int) below(i + 1L);
            long held = array[i];
            array[i] = array[other];
            array[other] = held;
        }
    }
}
