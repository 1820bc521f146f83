package io.memflow.formats.kallsyms;

/**
 * Finds the strings "0" to "9" in a row, each with its NUL. Every token table holds them at the places of their character
 * codes, because symbol names use all digits and single characters stand for themselves. Confined.
 */
final class TokenAnchors {
    /** Bytes of the ten strings. */
    static final int ANCHOR_BYTES = 20;

    private static final int CHUNK_LONGS = 8192;
    /** Any 20 bytes hold the first four of an aligned 16 whole, so looking at those alone misses no anchor. */
    private static final int STRIDE_LONGS = 2;

    static final int ALIGNMENT = STRIDE_LONGS * Long.BYTES;

    /** In the little-endian word of a digit, NUL, the next digit, NUL: what the second digit adds. */
    private static final int SECOND_DIGIT = 0x1_0000;

    private static final int EVEN_BYTES = 0x00FF_00FF;

    private final KernelImage image;
    private final long[] words = new long[CHUNK_LONGS];
    private long chunkOffset;
    private int chunkLength;
    private int index;
    private final long end;

    /**
     * @param from where to start, a multiple of 16
     * @param to where to stop looking for the start of an anchor, or a little later
     */
    TokenAnchors(KernelImage image, long from, long to) {
        this.image = image;
        chunkOffset = from;
        end = Math.min(image.size(), to + ANCHOR_BYTES);
    }

    /** Offset of the next anchor, or -1. */
    long next() {
        while (true) {
            index = scan(words, index, chunkLength);
            if (index >= chunkLength) {
                if (!nextChunk()) {
                    return -1;
                }
                continue;
            }
            long anchor = chunkOffset + (long) index * Long.BYTES - phase((int) words[index]);
            index += STRIDE_LONGS;
            if (isAnchor(anchor)) {
                return anchor;
            }
        }
    }

    private boolean nextChunk() {
        chunkOffset += (long) chunkLength * Long.BYTES;
        chunkLength = (int) Math.min(CHUNK_LONGS, Math.max(0, end - chunkOffset) / Long.BYTES);
        index = 0;
        image.longs(chunkOffset, words, chunkLength);
        return chunkLength > 0;
    }

    /** Index of the first place from {@code from} on that can be part of an anchor; {@code to} or more when none is. */
    private static int scan(long[] words, int from, int to) {
        int at = from;
        while (at < to && phase((int) words[at]) < 0) {
            at += STRIDE_LONGS;
        }
        return at;
    }

    /** How far into an anchor these four bytes start, or -1 when they are no part of one. */
    private static int phase(int word) {
        if ((word & EVEN_BYTES) == word) {
            int digit = word & 0xFF;
            boolean inside = digit >= '0' && digit <= '8' && word == digit + (digit + 1) * SECOND_DIGIT;
            return inside ? 2 * (digit - '0') : -1;
        }
        if ((word & EVEN_BYTES) == 0) {
            int pair = word >>> Byte.SIZE;
            int digit = pair & 0xFF;
            boolean inside = digit >= '1' && digit <= '8' && pair == digit + (digit + 1) * SECOND_DIGIT;
            return inside ? 2 * (digit - '0') - 1 : -1;
        }
        return -1;
    }

    private boolean isAnchor(long offset) {
        if (!image.holds(offset, ANCHOR_BYTES)) {
            return false;
        }
        byte[] strings = image.bytes(offset, ANCHOR_BYTES);
        for (int digit = 0; digit < 10; digit++) {
            if (strings[2 * digit] != '0' + digit || strings[2 * digit + 1] != 0) {
                return false;
            }
        }
        return true;
    }
}
