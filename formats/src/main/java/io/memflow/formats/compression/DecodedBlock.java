package io.memflow.formats.compression;

import java.util.Arrays;

/** What was decoded so far, of a length that is known to be enough. Confined. */
final class DecodedBlock {
    private final CompressedInput input;
    private final byte[] bytes;
    private int length;

    /** @param input is named in messages */
    DecodedBlock(CompressedInput input, byte[] bytes) {
        this.input = input;
        this.bytes = bytes;
    }

    int length() {
        return length;
    }

    int capacity() {
        return bytes.length;
    }

    /** Appends bytes that the caller knows to exist. */
    void literals(byte[] from, int start, int count) {
        require(count);
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    /** Appends the next bytes of the input. */
    void literals(int count) {
        require(count);
        literals(input.bytes(), input.skip(count), count);
    }

    void fill(int value, int count) {
        require(count);
        Arrays.fill(bytes, length, length + count, (byte) value);
        length += count;
    }

    /** Appends bytes that stand so far back; they may reach into themselves. */
    void repeat(long distance, int count) {
        require(count);
        if (distance <= 0 || distance > length) {
            throw input.malformed("it repeats what stands %d bytes back, with %d before".formatted(distance, length));
        }
        int from = length - (int) distance;
        for (int i = 0; i < count; i++) {
            bytes[length + i] = bytes[from + i];
        }
        length += count;
    }

    /** Checks that so many more bytes have room. */
    void require(long count) {
        if (count < 0 || count > bytes.length - length) {
            throw input.malformed("it makes more than the %d bytes that are asked for".formatted(bytes.length));
        }
    }
}
