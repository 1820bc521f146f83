package io.memflow.formats.kallsyms;

/**
 * Finds the strings "0" to "9" in a row, each with its NUL. Every token table holds them at the places of their character
 * codes, because symbol names use all digits and single characters stand for themselves. Confined.
 */
final class TokenAnchors {
    /** Bytes of the ten strings. */
    static final int ANCHOR_BYTES = 20;

    private static final int CHUNK_LONGS = 8192;
    /** The bytes '0' 0 '1' 0 '2' 0 '3' 0. */
    private static final long DIGITS = 0x0033_0032_0031_0030L;
    /** Adds one to each of the four digits. */
    private static final long STEP = 0x0001_0001_0001_0001L;

    private static final long ODD_BYTES = 0xFF00_FF00_FF00_FF00L;

    private final KernelImage image;
    private final long[] words = new long[CHUNK_LONGS];
    private long chunkOffset;
    private int chunkLength;
    private int index;

    TokenAnchors(KernelImage image) {
        this.image = image;
    }

    /** Offset of the next anchor, or -1. */
    long next() {
        while (true) {
            index = scan(words, index, chunkLength);
            if (index == chunkLength) {
                chunkOffset += (long) chunkLength * Long.BYTES;
                chunkLength = (int) Math.min(CHUNK_LONGS, (image.size() - chunkOffset) / Long.BYTES);
                if (chunkLength <= 0) {
                    chunkLength = 0;
                    index = 0;
                    return -1;
                }
                image.longs(chunkOffset, words, chunkLength);
                index = 0;
                continue;
            }
            long anchor = chunkOffset + (long) index * Long.BYTES - phase(words[index]);
            index++;
            if (isAnchor(anchor)) {
                return anchor;
            }
        }
    }

    /** Index of the first word from {@code from} on that can be part of an anchor, or {@code to}. */
    private static int scan(long[] words, int from, int to) {
        // Any 20 bytes hold a whole aligned word, so looking at aligned words alone misses no anchor.
        for (int at = from; at < to; at++) {
            long word = words[at];
            if (word != 0 && ((word & ODD_BYTES) == 0 || (word & ODD_BYTES) == word) && phase(word) >= 0) {
                return at;
            }
        }
        return to;
    }

    /** How far into an anchor the word starts, or -1 when it is no part of one. */
    private static int phase(long word) {
        for (int digit = 0; digit < 4; digit++) {
            if (word == DIGITS + digit * STEP) {
                return 2 * digit;
            }
            if (word == (DIGITS + (digit + 1) * STEP) << Byte.SIZE) {
                return 2 * digit + 1;
            }
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
