package io.memflow.formats.kallsyms;

import java.util.ArrayList;
import java.util.List;

/**
 * The array that says where every 256th name starts. It lies before the token table, directly or with the sequence
 * numbers of all names (3 bytes each) in between. Immutable.
 */
final class Markers {
    static final int NAMES_PER_MARKER = 256;
    /** Twenty times the symbols of a distribution kernel. */
    static final int MAX_SYMBOLS = 1 << 22;

    /** A name takes at least a length byte and one token, and at most two length bytes and KSYM_NAME_LEN (512). */
    private static final int MIN_STEP = 2 * NAMES_PER_MARKER;

    static final int MAX_STEP = (2 + 512) * NAMES_PER_MARKER;

    private static final int SEQUENCE_BYTES = 3;
    private static final int MAX_PADDING = Long.BYTES - 1;
    /** Damaged images aside there is one; every candidate is proved against the names. */
    private static final int MAX_CANDIDATES = 16;
    /**
     * How far before a token table to search, in bytes: most markers are found in the first window, those of kernels with
     * sequence numbers in the second, and the last has room for the largest table.
     */
    static final List<Integer> WINDOWS = List.of(1 << 16, 1 << 20, MAX_SYMBOLS * SEQUENCE_BYTES + (1 << 18));

    private final long offset;
    private final int bytesPerMarker;
    private final boolean sequenced;
    private final int[] values;

    private Markers(long offset, int bytesPerMarker, boolean sequenced, int[] values) {
        this.offset = offset;
        this.bytesPerMarker = bytesPerMarker;
        this.sequenced = sequenced;
        this.values = values;
    }

    /**
     * What could be the markers of this token table, the nearest first.
     *
     * @param window how many bytes before the token table to search
     */
    static List<Markers> before(KernelImage image, long tokenTable, int window) {
        long end = KernelImage.alignDown(tokenTable, Integer.BYTES);
        long start = Math.max(0, end - window);
        int[] words = image.ints(start, (int) (end - start) / Integer.BYTES);
        List<Markers> found = new ArrayList<>();
        collect(found, words, start, tokenTable, Integer.BYTES);
        if (image.pointerBytes() == Long.BYTES) {
            collect(found, words, start, tokenTable, Long.BYTES);
        }
        return found;
    }

    /** Walks backwards, counting how far values ascend from each word on; a run that starts at 0 is a candidate. */
    private static void collect(List<Markers> found, int[] words, long start, long tokenTable, int width) {
        int stride = width / Integer.BYTES;
        // A run of wide markers is aligned to its own width.
        int last = words.length - stride;
        if (stride == 2 && (start / Integer.BYTES + last) % 2 != 0) {
            last--;
        }
        int run = 1;
        for (int at = last; at >= 0 && found.size() < MAX_CANDIDATES; at -= stride) {
            int value = words[at];
            boolean ascends = at + stride <= last && isStep(words[at + stride] - value);
            boolean narrow = stride == 1 || words[at + 1] == 0;
            run = ascends && narrow ? run + 1 : 1;
            if (value == 0 && narrow && run > 1) {
                long offset = start + (long) at * Integer.BYTES;
                addRun(found, words, at, offset, run, tokenTable, width);
            }
        }
    }

    private static boolean isStep(int distance) {
        return distance >= MIN_STEP && distance <= MAX_STEP;
    }

    private static void addRun(
            List<Markers> found, int[] words, int at, long offset, int run, long tokenTable, int width) {
        // What follows the markers may look like one more, so the run may be one too long.
        for (int count = Math.min(run, MAX_SYMBOLS / NAMES_PER_MARKER); count >= Math.max(2, run - 1); count--) {
            long gap = tokenTable - offset - (long) count * width;
            boolean adjacent = gap >= 0 && gap <= MAX_PADDING;
            long fewest = (long) SEQUENCE_BYTES * NAMES_PER_MARKER * (count - 1);
            long most = (long) SEQUENCE_BYTES * NAMES_PER_MARKER * count + MAX_PADDING;
            if (adjacent || (gap > fewest && gap <= most)) {
                int[] values = new int[count];
                for (int index = 0; index < count; index++) {
                    values[index] = words[at + index * (width / Integer.BYTES)];
                }
                found.add(new Markers(offset, width, !adjacent, values));
            }
        }
    }

    /** Offset of the first marker in the image. */
    long offset() {
        return offset;
    }

    int bytesPerMarker() {
        return bytesPerMarker;
    }

    /** Whether sequence numbers lie between the markers and the token table. */
    boolean sequenced() {
        return sequenced;
    }

    int count() {
        return values.length;
    }

    /** Distance of name {@code 256 * index} from the first name, in bytes. */
    int value(int index) {
        return values[index];
    }

    int last() {
        return values[values.length - 1];
    }

    /** Whether a table of that many names has this many markers. */
    boolean fit(long names) {
        return names > (long) NAMES_PER_MARKER * (values.length - 1)
                && names <= (long) NAMES_PER_MARKER * values.length
                && names <= MAX_SYMBOLS;
    }
}
