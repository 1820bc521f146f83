package io.memflow.formats.compression;

/**
 * Bits that are read from the last to the first, as FSE and Huffman streams of Zstandard are (RFC 8878, 4.1). The highest
 * bit that is set in the last byte marks the end. Confined.
 */
final class BackwardBits {
    private final CompressedInput input;
    private final byte[] bytes;
    private final int start;
    private int left;

    /** Takes the next bytes of the input. */
    BackwardBits(CompressedInput input, int count) {
        this.input = input;
        bytes = input.bytes();
        start = input.skip(count);
        int last = count == 0 ? 0 : bytes[start + count - 1] & 0xFF;
        if (last == 0) {
            throw input.malformed("a stream of bits has no mark at its end");
        }
        left = (count - 1) * Byte.SIZE + Integer.SIZE - 1 - Integer.numberOfLeadingZeros(last);
    }

    /** Bits that were not read. */
    int left() {
        return left;
    }

    /** The next bits, at most 32, with zeros for those that are not there. */
    long peek(int count) {
        int low = left - count;
        int first = Math.max(low, 0);
        long word = 0;
        int shift = 0;
        for (int at = first >>> 3; at <= (left - 1) >> 3; at++) {
            word |= (bytes[start + at] & 0xFFL) << shift;
            shift += Byte.SIZE;
        }
        long present = word >>> (first & 7) & ((1L << (left - first)) - 1);
        return present << (first - low);
    }

    /** Passes over bits. */
    void skip(int count) {
        if (count > left) {
            throw input.malformed("a stream of bits ends too early");
        }
        left -= count;
    }

    /** The next bits, at most 32. */
    long read(int count) {
        long value = peek(count);
        skip(count);
        return value;
    }

    /** Checks that nothing is left. */
    void end() {
        if (left != 0) {
            throw input.malformed("%d bits are left of a stream".formatted(left));
        }
    }
}
