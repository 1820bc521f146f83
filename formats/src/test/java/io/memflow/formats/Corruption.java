package io.memflow.formats;

import io.memflow.core.error.MemflowException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** Feeds damaged copies of a good input to a parser; only {@link MemflowException} may come out of it. */
public final class Corruption {
    private Corruption() {}

    /** Cuts the input at every length below {@code denseLimit} and at random lengths above it. */
    public static void truncate(
            byte[] good, int denseLimit, int randomCuts, long seed, Consumer<MemorySegment> parser) {
        Random random = new Random(seed);
        for (int length = 0; length < Math.min(denseLimit, good.length); length++) {
            run(Arrays.copyOf(good, length), parser, "cut to " + length);
        }
        for (int cut = 0; cut < randomCuts; cut++) {
            int length = random.nextInt(good.length);
            run(Arrays.copyOf(good, length), parser, "cut to " + length);
        }
    }

    /** Overwrites a few bytes per round: single bits, bytes, and 32-bit words with values that parsers trip over. */
    public static void mutate(byte[] good, int rounds, long seed, Consumer<MemorySegment> parser) {
        for (int round = 0; round < rounds; round++) {
            Random random = new Random(seed + round);
            byte[] bad = good.clone();
            // Headers are few bytes of the whole: half of the rounds aim at the start.
            int range = random.nextBoolean() ? bad.length : Math.min(bad.length, 512);
            int changes = 1 + random.nextInt(8);
            for (int change = 0; change < changes; change++) {
                damage(bad, random.nextInt(range), random);
            }
            run(bad, parser, "seed " + (seed + round));
        }
    }

    private static void damage(byte[] bytes, int at, Random random) {
        switch (random.nextInt(3)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            default -> {
                int[] nasty = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x10000, 0xFFFF, random.nextInt()};
                int value = nasty[random.nextInt(nasty.length)];
                for (int index = 0; index < Integer.BYTES && at + index < bytes.length; index++) {
                    bytes[at + index] = (byte) (value >>> (8 * index));
                }
            }
        }
    }

    private static void run(byte[] input, Consumer<MemorySegment> parser, String what) {
        try {
            parser.accept(MemorySegment.ofArray(input));
        } catch (MemflowException expected) {
            if (expected.getMessage() == null || expected.getMessage().isBlank()) {
                throw new AssertionError("no message for input " + what, expected);
            }
        } catch (RuntimeException | Error other) {
            throw new AssertionError("undocumented exception for input " + what, other);
        }
    }
}
