package io.memflow.formats.compression;

import io.memflow.core.error.MalformedDataException;

/** Compressed bytes, read forwards and never beyond their end. Confined. */
final class CompressedInput {
    private final String format;
    private final byte[] bytes;
    private final int end;
    private int position;

    CompressedInput(String format, byte[] bytes) {
        this(format, bytes, 0, bytes.length);
    }

    CompressedInput(String format, byte[] bytes, int start, int end) {
        this.format = format;
        this.bytes = bytes;
        this.end = end;
        position = start;
    }

    String format() {
        return format;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    int left() {
        return end - position;
    }

    /** The next byte, which is not passed over. */
    int peek() {
        require(1);
        return bytes[position] & 0xFF;
    }

    int next() {
        require(1);
        return bytes[position++] & 0xFF;
    }

    /** The next two bytes, little-endian, which are not passed over. */
    int peek16() {
        require(2);
        return (bytes[position] & 0xFF) | (bytes[position + 1] & 0xFF) << 8;
    }

    int next16() {
        int value = peek16();
        position += 2;
        return value;
    }

    /** A little-endian number of up to 8 bytes. */
    long next(int count) {
        require(count);
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[position + i] & 0xFFL) << (i * Byte.SIZE);
        }
        position += count;
        return value;
    }

    /** Passes over bytes and says where they begin. */
    int skip(int count) {
        require(count);
        int start = position;
        position += count;
        return start;
    }

    private void require(int count) {
        if (count < 0 || count > end - position) {
            throw malformed("it ends where %d more bytes are needed".formatted(count));
        }
    }

    MalformedDataException malformed(String reason) {
        return new MalformedDataException(format, position, reason);
    }
}
