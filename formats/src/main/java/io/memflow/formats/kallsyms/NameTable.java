package io.memflow.formats.kallsyms;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All names, still compressed: a length (one byte, or two when bit 7 is set) and that many tokens each. The first
 * character of an expanded name is the symbol's type. Immutable.
 */
final class NameTable {
    /** KSYM_NAME_LEN is 512 since 6.1; the type comes on top. */
    static final int MAX_EXPANDED = 513;
    /** Proving a start walks all names; only hostile bytes ask for it often. */
    private static final int MAX_PROOFS = 16;

    /** A hundred times the names of a distribution kernel. */
    private static final int MAX_NAME_BYTES = 1 << 28;

    private static final int MAX_PADDING = Long.BYTES - 1;

    private final TokenTable tokens;
    private final byte[] bytes;
    /** Where each name's length byte is in {@link #bytes}. */
    private final int[] positions;

    private final long offset;
    private final long countOffset;

    private NameTable(TokenTable tokens, byte[] bytes, int[] positions, long offset, long countOffset) {
        this.tokens = tokens;
        this.bytes = bytes;
        this.positions = positions;
        this.offset = offset;
        this.countOffset = countOffset;
    }

    /** Finds the names that these markers describe: a count that fits, then names that meet every marker. */
    static Optional<NameTable> before(KernelImage image, TokenTable tokens, Markers markers) {
        if (markers.last() > MAX_NAME_BYTES) {
            return Optional.empty();
        }
        long end = markers.offset();
        long highest = KernelImage.alignDown(end - markers.last() - 2, Integer.BYTES);
        long lowest = Math.max(Long.BYTES, highest - Markers.MAX_STEP);
        if (highest < lowest) {
            return Optional.empty();
        }
        // The window starts with the word before the lowest start's count.
        long window = lowest - Long.BYTES;
        byte[] bytes = image.bytes(window, (int) (end - window));
        int proofs = 0;
        for (long start = highest; start >= lowest && proofs < MAX_PROOFS; start -= Integer.BYTES) {
            int at = (int) (start - window);
            int countBytes = countBytes(bytes, at, markers);
            if (countBytes == 0
                    || walk(bytes, at, markers, new int[Markers.NAMES_PER_MARKER]) != at + markers.value(1)) {
                continue;
            }
            proofs++;
            int[] positions = new int[word(bytes, at - countBytes)];
            if (isPaddedEnd(bytes, walk(bytes, at, markers, positions))) {
                return Optional.of(new NameTable(tokens, bytes, positions, start, start - countBytes));
            }
        }
        return Optional.empty();
    }

    /** How far before the names their count lies, or 0 when no fitting count is there. */
    private static int countBytes(byte[] bytes, int start, Markers markers) {
        // 64-bit kernels up to 6.x store a 64-bit count or pad a 32-bit one with zeros.
        if (markers.fit(word(bytes, start - Long.BYTES)) && word(bytes, start - Integer.BYTES) == 0) {
            return Long.BYTES;
        }
        return markers.fit(word(bytes, start - Integer.BYTES)) ? Integer.BYTES : 0;
    }

    static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xFF)
                | ((bytes[at + 1] & 0xFF) << 8)
                | ((bytes[at + 2] & 0xFF) << 16)
                | ((bytes[at + 3] & 0xFF) << 24);
    }

    /**
     * Walks as many names as there is room for positions.
     *
     * @return where the last one ends, or -1 when one leaves the array or misses a marker
     */
    private static int walk(byte[] bytes, int start, Markers markers, int[] positions) {
        int at = start;
        for (int name = 0; name < positions.length; name += Markers.NAMES_PER_MARKER) {
            if (at < 0 || at - start != markers.value(name / Markers.NAMES_PER_MARKER)) {
                return -1;
            }
            at = walkBlock(bytes, at, positions, name, Math.min(positions.length, name + Markers.NAMES_PER_MARKER));
        }
        return at;
    }

    private static int walkBlock(byte[] bytes, int start, int[] positions, int from, int to) {
        int at = start;
        for (int name = from; name < to; name++) {
            if (at >= bytes.length - 1) {
                return -1;
            }
            positions[name] = at;
            int length = bytes[at];
            if (length == 0) {
                return -1;
            }
            at += length > 0 ? 1 + length : 2 + bigLength(bytes, at);
        }
        return at;
    }

    /** The length of a name whose first length byte has bit 7 set. */
    static int bigLength(byte[] bytes, int at) {
        return (bytes[at] & 0x7F) | ((bytes[at + 1] & 0xFF) << 7);
    }

    /** Whether nothing but alignment follows. */
    private static boolean isPaddedEnd(byte[] bytes, int end) {
        if (end < 0 || end > bytes.length || bytes.length - end > MAX_PADDING) {
            return false;
        }
        for (int at = end; at < bytes.length; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }

    int size() {
        return positions.length;
    }

    /** Offset of the first name in the image. */
    long offset() {
        return offset;
    }

    /** Offset of the count in the image. */
    long countOffset() {
        return countOffset;
    }

    private int firstToken(int symbol) {
        int at = positions[symbol];
        return bytes[at] >= 0 ? at + 1 : at + 2;
    }

    private int endToken(int symbol) {
        int at = positions[symbol];
        return bytes[at] >= 0 ? at + 1 + bytes[at] : at + 2 + bigLength(bytes, at);
    }

    /** The symbol's one-letter class. */
    char type(int symbol) {
        return (char) (tokens.character(tokens.start(bytes[firstToken(symbol)] & 0xFF)) & 0xFF);
    }

    String name(int symbol) {
        byte[] expanded = new byte[MAX_EXPANDED];
        int length = 0;
        int end = endToken(symbol);
        for (int at = firstToken(symbol); at < end; at++) {
            int token = bytes[at] & 0xFF;
            tokens.copy(token, expanded, length);
            length += tokens.length(token);
        }
        return new String(expanded, 1, length - 1, StandardCharsets.ISO_8859_1);
    }

    /** Whether the symbol has exactly this name, without creating a string. */
    boolean hasName(int symbol, String name) {
        int matched = -1;
        int end = endToken(symbol);
        for (int at = firstToken(symbol); at < end; at++) {
            int token = bytes[at] & 0xFF;
            int tokenEnd = tokens.start(token) + tokens.length(token);
            for (int character = tokens.start(token); character < tokenEnd; character++) {
                if (matched >= 0
                        && (matched == name.length() || name.charAt(matched) != (tokens.character(character) & 0xFF))) {
                    return false;
                }
                matched++;
            }
        }
        return matched == name.length();
    }

    /**
     * Hashes of all names, as {@link String#hashCode} defines them.
     *
     * @return null when a symbol lacks a name, uses an empty token or is longer than the kernel allows
     */
    int @Nullable [] hashes() {
        return tokens.hash().all(bytes, positions, MAX_EXPANDED);
    }
}
