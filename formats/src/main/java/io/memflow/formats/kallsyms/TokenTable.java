package io.memflow.formats.kallsyms;

import java.util.Optional;

/** The 256 strings that names are compressed with, proved by the index that follows them. Immutable. */
final class TokenTable {
    static final int TOKENS = 256;

    private static final int FIRST_DIGIT = '0';
    private static final int INDEX_BYTES = TOKENS * Short.BYTES;
    /** Index entries are 16 bits wide, so no table is longer. */
    private static final int MAX_TABLE_BYTES = 1 << 16;

    private final byte[] text;
    /** Offset of each token in {@link #text}; entry 256 is the end. */
    private final int[] starts;

    private final long offset;
    private final long indexEnd;
    private final NameHash hash = new NameHash();

    private TokenTable(byte[] text, int[] starts, long offset, long indexEnd) {
        this.text = text;
        this.starts = starts;
        this.offset = offset;
        this.indexEnd = indexEnd;
        for (int token = 0; token < TOKENS; token++) {
            hash.setToken(token, text, starts[token], length(token));
        }
    }

    /** Checks whether the digits at {@code anchor} belong to a token table that is followed by its index. */
    static Optional<TokenTable> at(KernelImage image, long anchor) {
        int window = (int) Math.min(MAX_TABLE_BYTES + INDEX_BYTES + Long.BYTES, image.size() - anchor);
        byte[] bytes = image.bytes(anchor, window);
        int[] starts = new int[TOKENS + 1];
        int end = 0;
        for (int token = FIRST_DIGIT; token < TOKENS; token++) {
            starts[token] = end;
            while (end < window && bytes[end] != 0) {
                end++;
            }
            end++;
        }
        starts[TOKENS] = end;
        for (int alignment = Long.BYTES; alignment > 0; alignment /= 2) {
            int index = (int) (KernelImage.alignUp(anchor + end, alignment) - anchor);
            if (index + INDEX_BYTES <= window && indexMatches(bytes, index, starts)) {
                return complete(image, anchor, starts, bytes, index);
            }
        }
        return Optional.empty();
    }

    private static boolean indexMatches(byte[] bytes, int index, int[] starts) {
        int base = indexEntry(bytes, index, FIRST_DIGIT);
        for (int token = FIRST_DIGIT; token < TOKENS; token++) {
            if (indexEntry(bytes, index, token) - base != starts[token]) {
                return false;
            }
        }
        return true;
    }

    private static int indexEntry(byte[] bytes, int index, int token) {
        int at = index + token * Short.BYTES;
        return (bytes[at] & 0xFF) | ((bytes[at + 1] & 0xFF) << Byte.SIZE);
    }

    /** The index says where the table starts; the tokens before the digits must agree with it too. */
    private static Optional<TokenTable> complete(
            KernelImage image, long anchor, int[] starts, byte[] bytes, int index) {
        int base = indexEntry(bytes, index, FIRST_DIGIT);
        long offset = anchor - base;
        if (offset < 0 || indexEntry(bytes, index, 0) != 0) {
            return Optional.empty();
        }
        byte[] text = image.bytes(offset, base + starts[TOKENS]);
        int[] all = new int[TOKENS + 1];
        int end = 0;
        for (int token = 0; token < TOKENS; token++) {
            if (indexEntry(bytes, index, token) != end) {
                return Optional.empty();
            }
            all[token] = end;
            while (text[end] != 0) {
                end++;
            }
            end++;
        }
        all[TOKENS] = end;
        return Optional.of(new TokenTable(text, all, offset, anchor + index + INDEX_BYTES));
    }

    /** Offset of the first token in the image. */
    long offset() {
        return offset;
    }

    /** Offset of the first byte behind the token index. */
    long indexEnd() {
        return indexEnd;
    }

    int start(int token) {
        return starts[token];
    }

    int length(int token) {
        return starts[token + 1] - starts[token] - 1;
    }

    byte character(int at) {
        return text[at];
    }

    void copy(int token, byte[] target, int at) {
        System.arraycopy(text, starts[token], target, at, length(token));
    }

    NameHash hash() {
        return hash;
    }
}
