package io.memflow.formats.kallsyms;

/**
 * Which pages of an address table are damaged: the kernel sorts the table, so that a page of other bytes descends at every
 * other entry, and one of zeros is no page of addresses. Stateless.
 */
final class AddressPages {
    /** A table that is otherwise whole may have a symbol out of place, as far as anybody knows. */
    private static final int MOST_DESCENTS = 2;
    /** Absolute symbols are offsets into the per-CPU area, which is far smaller on every kernel. */
    private static final long LARGEST_ABSOLUTE = 16 << 20;
    /** An entry that ascends and lies in the image; an image is at most a quarter of what 32 bits reach. */
    private static final int BITS_PER_ENTRY = 4;

    private AddressPages() {}

    /** Whether any page of a decoded table is damaged. */
    static boolean areDamaged(KernelImage image, AddressCandidate candidate, long[] values) {
        PageLedger ledger = new PageLedger(image);
        boolean damaged = false;
        for (int from = 0; from < values.length; ) {
            int to = end(ledger, candidate.offset(), candidate.width(image), from, values.length);
            damaged |= isDamaged(image, ledger, candidate, values, from, to, MOST_DESCENTS);
            from = to;
        }
        return damaged;
    }

    /** Proves and refutes the pages of a decoded table. */
    static void judge(KernelImage image, PageLedger ledger, AddressCandidate candidate, long[] values) {
        int width = candidate.width(image);
        for (int from = 0; from < values.length; ) {
            int to = end(ledger, candidate.offset(), width, from, values.length);
            long offset = candidate.offset() + (long) from * width;
            if (isDamaged(image, ledger, candidate, values, from, to, 0)) {
                ledger.refute(ledger.page(offset));
            } else {
                for (int entry = from; entry < to; entry++) {
                    ledger.prove(offset, image.containsAddress(values[entry]) ? BITS_PER_ENTRY : 1);
                }
            }
            from = to;
        }
    }

    /** The first entry that does not start in the page of another. */
    private static int end(PageLedger ledger, long offset, int width, int from, int count) {
        long pageEnd = ledger.end(ledger.page(offset + (long) from * width));
        return (int) Math.min(count, (pageEnd - offset + width - 1) / width);
    }

    private static boolean isDamaged(
            KernelImage image,
            PageLedger ledger,
            AddressCandidate candidate,
            long[] values,
            int from,
            int to,
            int mostDescents) {
        int descents = 0;
        int outside = 0;
        for (int entry = from; entry < to; entry++) {
            descents += entry > from && Long.compareUnsigned(values[entry], values[entry - 1]) < 0 ? 1 : 0;
            boolean absolute = values[entry] >= 0 && values[entry] < LARGEST_ABSOLUTE;
            outside += absolute || image.containsAddress(values[entry]) ? 0 : 1;
        }
        boolean outOfOrder = descents > 0
                || (from > 0 && Long.compareUnsigned(values[from], values[from - 1]) < 0)
                || (to < values.length && Long.compareUnsigned(values[to], values[to - 1]) < 0);
        return descents > mostDescents
                || (outOfOrder && 2 * outside > to - from)
                || ledger.isBlank(ledger.page(candidate.offset() + (long) from * candidate.width(image)));
    }
}
