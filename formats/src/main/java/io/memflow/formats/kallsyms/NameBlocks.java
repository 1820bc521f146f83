package io.memflow.formats.kallsyms;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The names of a table that is damaged in places: each block of 256 between two markers stands for itself, and counts when
 * its names lead from one marker exactly to the next. The others are lost. Immutable once found.
 */
final class NameBlocks {
    static final int LOST = -1;

    /** A hundred times the names of a distribution kernel. */
    private static final int MAX_NAME_BYTES = 1 << 28;

    private static final int MAX_PADDING = Long.BYTES - 1;
    /** So many blocks say whether a start is the right one. */
    private static final int SAMPLES = 12;

    private final byte[] bytes;
    private final int start;
    private final Markers markers;
    /** Where each name's length byte is in {@link #bytes}, or {@link #LOST}. */
    private final int[] positions;

    private final long offset;
    private final long countOffset;

    private NameBlocks(byte[] bytes, int start, Markers markers, int[] positions, long offset, long countOffset) {
        this.bytes = bytes;
        this.start = start;
        this.markers = markers;
        this.positions = positions;
        this.offset = offset;
        this.countOffset = countOffset;
    }

    /** Finds where the names that these markers describe start: there most blocks lead to the next. */
    static Optional<NameBlocks> before(KernelImage image, Markers markers) {
        if (markers.last() > MAX_NAME_BYTES) {
            return Optional.empty();
        }
        long end = markers.offset();
        long highest = KernelImage.alignDown(end - markers.last() - 2, Integer.BYTES);
        long lowest = Math.max(Long.BYTES, highest - Markers.MAX_STEP);
        if (highest < lowest) {
            return Optional.empty();
        }
        long window = lowest - Long.BYTES;
        byte[] bytes = image.bytes(window, (int) (end - window));
        // One for all starts: a damaged image has thousands to try.
        int[] scratch = new int[Markers.NAMES_PER_MARKER];
        for (long start = highest; start >= lowest; start -= Integer.BYTES) {
            int at = (int) (start - window);
            if (counted(bytes, at, markers) != 0 && areMostlyIntact(bytes, at, markers, scratch)) {
                return at(bytes, at, markers, image, start);
            }
        }
        List<Long> likely = new ArrayList<>();
        for (long start = highest; start >= lowest && likely.size() < 2; start -= Integer.BYTES) {
            int at = (int) (start - window);
            if (!isNumbered(bytes, at) && areMostlyIntact(bytes, at, markers, scratch)) {
                likely.add(start);
            }
        }
        // Names of equal length fit other starts too. Without their number, only one that stands alone is sure.
        return likely.size() == 1
                ? at(bytes, (int) (likely.getFirst() - window), markers, image, likely.getFirst())
                : Optional.empty();
    }

    /** The number of names before a start, when it is one that has so many markers; otherwise 0. */
    private static int counted(byte[] bytes, int start, Markers markers) {
        int word = NameTable.word(bytes, start - Integer.BYTES);
        int wide = NameTable.word(bytes, start - Long.BYTES);
        return markers.fit(word) ? word : word == 0 && markers.fit(wide) ? wide : 0;
    }

    /**
     * Whether there is a number of symbols before a start that the markers do not fit: then it is the markers that are
     * damaged. Zeros among them look like a first one, and would shift all names.
     */
    private static boolean isNumbered(byte[] bytes, int start) {
        int word = NameTable.word(bytes, start - Integer.BYTES);
        int wide = NameTable.word(bytes, start - Long.BYTES);
        return isCount(word) || (word == 0 && isCount(wide));
    }

    private static boolean isCount(int word) {
        return word >= Markers.NAMES_PER_MARKER && word <= Markers.MAX_SYMBOLS;
    }

    /** Whether most of some blocks, spread over the table, lead to the next. */
    private static boolean areMostlyIntact(byte[] bytes, int start, Markers markers, int[] scratch) {
        int samples = Math.min(SAMPLES, markers.count() - 1);
        int broken = 0;
        for (int sample = 0; sample < samples; sample++) {
            int block = (int) ((long) sample * (markers.count() - 1) / samples);
            broken += isBlock(bytes, start, markers, block, scratch) ? 0 : 1;
            if (2 * broken >= samples) {
                return false;
            }
        }
        return samples > 0;
    }

    private static boolean isBlock(byte[] bytes, int start, Markers markers, int block, int[] positions) {
        int next = start + markers.value(block + 1);
        return walk(bytes, start + markers.value(block), next, positions) == Markers.NAMES_PER_MARKER
                && end(bytes, positions[Markers.NAMES_PER_MARKER - 1]) == next;
    }

    /** Walks names until there is room for no more or the limit is reached; gives how many, or {@link #LOST}. */
    private static int walk(byte[] bytes, int from, int limit, int[] positions) {
        int at = from;
        int names = 0;
        while (names < positions.length && at < limit - 1) {
            if (bytes[at] == 0) {
                return names;
            }
            positions[names++] = at;
            at = end(bytes, at);
        }
        return at > limit ? LOST : names;
    }

    /** Where the name ends whose length byte is at a place that is not the last. */
    private static int end(byte[] bytes, int at) {
        return bytes[at] >= 0 ? at + 1 + bytes[at] : at + 2 + NameTable.bigLength(bytes, at);
    }

    private static Optional<NameBlocks> at(byte[] bytes, int start, Markers markers, KernelImage image, long offset) {
        int whole = markers.count() - 1;
        int[] last = new int[Markers.NAMES_PER_MARKER];
        int lastNames = lastBlock(bytes, start + markers.last(), last);
        int counted = counted(bytes, start, markers);
        if (lastNames == LOST && counted == 0) {
            return Optional.empty();
        }
        int count = counted == 0 ? whole * Markers.NAMES_PER_MARKER + lastNames : counted;
        int[] positions = new int[count];
        Arrays.fill(positions, LOST);
        int[] scratch = new int[Markers.NAMES_PER_MARKER];
        for (int block = 0; block < whole; block++) {
            if (isBlock(bytes, start, markers, block, scratch)) {
                System.arraycopy(scratch, 0, positions, block * Markers.NAMES_PER_MARKER, scratch.length);
            }
        }
        if (lastNames == count - whole * Markers.NAMES_PER_MARKER) {
            System.arraycopy(last, 0, positions, whole * Markers.NAMES_PER_MARKER, lastNames);
        }
        // A damaged count does not say how wide it was; it was aligned as pointers are.
        boolean narrow = counted == 0
                ? image.pointerBytes() == Integer.BYTES
                : counted == NameTable.word(bytes, start - Integer.BYTES);
        return Optional.of(new NameBlocks(
                bytes, start, markers, positions, offset, offset - (narrow ? Integer.BYTES : Long.BYTES)));
    }

    /** The names behind the last marker, which end where only padding follows; {@link #LOST} when they do not. */
    private static int lastBlock(byte[] bytes, int from, int[] positions) {
        int names = walk(bytes, from, bytes.length, positions);
        if (names <= 0) {
            return LOST;
        }
        int end = end(bytes, positions[names - 1]);
        if (end > bytes.length || bytes.length - end > MAX_PADDING) {
            return LOST;
        }
        for (int at = end; at < bytes.length; at++) {
            if (bytes[at] != 0) {
                return LOST;
            }
        }
        return names;
    }

    /** Notes which pages the names prove: each length that leads to the right place is a bit and more. */
    void judge(PageLedger ledger) {
        for (int position : positions) {
            if (position != LOST) {
                ledger.prove(offset(position), 1);
            }
        }
    }

    private long offset(int position) {
        return offset + position - start;
    }

    int size() {
        return positions.length;
    }

    long offset() {
        return offset;
    }

    long countOffset() {
        return countOffset;
    }

    Markers markers() {
        return markers;
    }

    /** A symbol's type and name; empty when its block is lost, or a page it lies on is not proven. */
    Optional<String> typedName(int symbol, TokenTable tokens, PageLedger ledger) {
        int position = positions[symbol];
        if (position == LOST || !ledger.isProven(offset(position), offset(end(bytes, position)))) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        for (int at = position + (bytes[position] >= 0 ? 1 : 2); at < end(bytes, position); at++) {
            int token = bytes[at] & 0xFF;
            for (int i = 0; i < tokens.length(token); i++) {
                text.append((char) (tokens.character(tokens.start(token) + i) & 0xFF));
            }
        }
        return text.length() < 2 || text.length() > NameTable.MAX_EXPANDED
                ? Optional.empty()
                : Optional.of(text.toString());
    }
}
