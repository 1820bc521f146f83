package io.memflow.formats.compression;

/** Bits that are read from the lowest of each byte on. Confined. */
final class ForwardBits {
    private final CompressedInput input;
    private int held;
    private int count;

    ForwardBits(CompressedInput input) {
        this.input = input;
    }

    /** The next bits, at most 16. */
    int read(int width) {
        while (count < width) {
            held |= input.next() << count;
            count += Byte.SIZE;
        }
        int value = held & ((1 << width) - 1);
        held >>>= width;
        count -= width;
        return value;
    }

    /** Drops what is left of the last byte. */
    void finish() {
        held = 0;
        count = 0;
    }
}
