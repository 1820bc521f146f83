package io.memflow.core.translate.property;

import java.util.SplittableRandom;

/**
 * Runs a property round by round, each on a generator seeded from its number, and names the seed of a round that fails.
 *
 * <p>{@code -Dmemflow.cases=1000000} sets how many cases each test runs, {@code -Dmemflow.base=N} starts from other seeds,
 * {@code -Dmemflow.seed=0x...} runs the round of one seed only.
 */
final class Rounds {
    private static final long CASES = Long.getLong("memflow.cases", 20_000L);
    private static final long BASE = Long.getLong("memflow.base", 1L);
    /** Odd constant of SplitMix64: sends neighbouring round numbers far apart. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private Rounds() {}

    /** One round. */
    interface Round {
        /** Runs cases from the generator and returns how many. */
        long run(SplittableRandom random) throws Exception;
    }

    /** Runs rounds until their cases reach a share of the wanted number. */
    static void run(String what, double share, Round round) {
        Long only = Long.getLong("memflow.seed");
        if (only != null) {
            run(what, only, round);
            return;
        }
        long wanted = (long) (CASES * share);
        long done = 0;
        long started = System.nanoTime();
        long number = 0;
        while (done < wanted) {
            number++;
            done += run(what, (BASE << 32) + number * SPREAD, round);
        }
        if (Long.getLong("memflow.cases") != null) {
            System.out.printf(
                    "%s: %d cases in %d rounds from base %d, %d ms%n",
                    what, done, number, BASE, (System.nanoTime() - started) / 1_000_000);
        }
    }

    private static long run(String what, long seed, Round round) {
        try {
            return Math.max(1, round.run(new SplittableRandom(seed)));
        } catch (Exception | Error failed) {
            throw new AssertionError(
                    "%s fails with seed 0x%x; repeat it with -Dmemflow.seed=0x%x: %s"
                            .formatted(what, seed, seed, failed.getMessage()),
                    failed);
        }
    }
}
