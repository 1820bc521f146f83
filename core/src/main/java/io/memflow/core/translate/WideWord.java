package io.memflow.core.translate;

/** Arithmetic on 128-bit words held as two longs. Stateless. */
final class WideWord {
    private WideWord() {}

    /** The 64 bits of a word that start at bit {@code shift}. */
    static long bitsFrom(long upper, long lower, int shift) {
        if (shift >= Long.SIZE) {
            return upper >>> (shift - Long.SIZE);
        }
        return shift == 0 ? lower : lower >>> shift | upper << (Long.SIZE - shift);
    }

    /** Bits 64 to 127 of {@code value << shift}. */
    static long upperOfShifted(long value, int shift) {
        if (shift >= Long.SIZE) {
            return value << (shift - Long.SIZE);
        }
        return shift == 0 ? 0 : value >>> (Long.SIZE - shift);
    }

    /** Bits 0 to 63 of {@code value << shift}. */
    static long lowerOfShifted(long value, int shift) {
        return shift >= Long.SIZE ? 0 : value << shift;
    }

    /** Bits 64 to 127 of the mask of all bits from {@code bit} up. */
    static long upperMaskFrom(int bit) {
        if (bit >= 2 * Long.SIZE) {
            return 0;
        }
        return bit <= Long.SIZE ? -1 : -1L << (bit - Long.SIZE);
    }

    /** Bits 0 to 63 of the mask of all bits from {@code bit} up. */
    static long lowerMaskFrom(int bit) {
        return bit >= Long.SIZE ? 0 : -1L << bit;
    }

    /** Unsigned comparison: negative, 0 or positive. */
    static int compare(long upperA, long a, long upperB, long b) {
        int upper = Long.compareUnsigned(upperA, upperB);
        return upper != 0 ? upper : Long.compareUnsigned(a, b);
    }

    /** Bytes from one address to another, which is included; 0 where that is 2^64 or more. */
    static long length(long fromUpper, long from, long toUpper, long to) {
        long borrow = Long.compareUnsigned(to, from) < 0 ? 1 : 0;
        return toUpper - fromUpper == borrow ? to - from + 1 : 0;
    }
}
