package io.memflow.lab;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The kinds of pages that {@code paging.c} has swapped out to zram, and what stands in them. */
enum PackedPage {
    /** As pages of other regions are. */
    AS_ELSEWHERE,
    NOISE,
    ONE_WORD,
    ZERO_RUNS,
    ZEROES,
    LINES;

    private static final int KINDS = 6;
    private static final long REPEATED = 0x0101_0101_0101_0101L;
    private static final int PATTERN = 1_000_000;

    static PackedPage of(PagingTruth.Page page) {
        return switch ((int) (page.number() % KINDS)) {
            case 1 -> NOISE;
            case 2 -> ONE_WORD;
            case 3 -> ZERO_RUNS;
            case 4 -> ZEROES;
            case 5 -> LINES;
            default -> AS_ELSEWHERE;
        };
    }

    /**
     * How zram must have noted it, as a regular expression.
     *
     * @param algorithm the disk's, as one too
     */
    String form(String algorithm) {
        return switch (this) {
            case NOISE -> "not compressed";
            case ONE_WORD, ZEROES -> "all words alike";
            default -> "[0-9]+ bytes of " + algorithm;
        };
    }

    /** The whole page. */
    MemorySegment bytes(PagingTruth.Page page, int pageBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(pageBytes).order(ByteOrder.LITTLE_ENDIAN);
        long number = page.number();
        int words = pageBytes / Long.BYTES;
        switch (this) {
            case NOISE -> noise(bytes, number + 1);
            case ONE_WORD -> {
                for (int word = 0; word < words; word++) {
                    bytes.putLong(number * REPEATED);
                }
            }
            case ZERO_RUNS -> {
                for (int word = 5; word < words; word += 11 + (int) (word % (number + 3))) {
                    bytes.putLong(word * Long.BYTES, number * PATTERN + word);
                }
            }
            case LINES -> {
                for (int line = 0; line < pageBytes / 32; line++) {
                    String text = "line %06d page %06d swapped\n".formatted(line * number, number);
                    bytes.put(text.getBytes(StandardCharsets.US_ASCII));
                }
            }
            case ZEROES -> bytes.clear();
            case AS_ELSEWHERE -> throw new IllegalArgumentException("its bytes are compared by its region's pattern");
        }
        return MemorySegment.ofArray(bytes.array());
    }

    private static void noise(ByteBuffer bytes, long seed) {
        long noise = seed;
        while (bytes.hasRemaining()) {
            noise ^= noise << 13;
            noise ^= noise >>> 7;
            noise ^= noise << 17;
            bytes.putLong(noise);
        }
    }
}
