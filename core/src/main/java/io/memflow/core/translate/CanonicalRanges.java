package io.memflow.core.translate;

import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;

/**
 * The one or two ranges of virtual addresses that a format's tree translates, ascending, as 128-bit words. Tag bits the
 * processor ignores are taken as the canonical form has them. Immutable.
 */
final class CanonicalRanges {
    final int count;
    final long[] firstUpper = new long[2];
    final long[] first = new long[2];
    final long[] lastUpper = new long[2];
    final long[] last = new long[2];

    CanonicalRanges(PagingFormat format) {
        int bits = format.virtualBits();
        int width = format.addressBits();
        long topUpper = ~WideWord.upperMaskFrom(width);
        long top = ~WideWord.lowerMaskFrom(width);
        if (bits == width) {
            count = 1;
            set(0, 0, 0, topUpper, top);
            return;
        }
        int lowBits = format.canonicalForm() == CanonicalForm.SIGN_EXTENDED ? bits - 1 : bits;
        long maskUpper = WideWord.upperMaskFrom(lowBits);
        long mask = WideWord.lowerMaskFrom(lowBits);
        switch (format.canonicalForm()) {
            case ZEROS -> set(0, 0, 0, ~maskUpper, ~mask);
            case ONES -> set(0, maskUpper & topUpper, mask & top, topUpper, top);
            case SIGN_EXTENDED -> {
                set(0, 0, 0, ~maskUpper, ~mask);
                set(1, maskUpper & topUpper, mask & top, topUpper, top);
            }
        }
        count = format.canonicalForm() == CanonicalForm.SIGN_EXTENDED ? 2 : 1;
    }

    private void set(int range, long fromUpper, long from, long toUpper, long to) {
        firstUpper[range] = fromUpper;
        first[range] = from;
        lastUpper[range] = toUpper;
        last[range] = to;
    }
}
