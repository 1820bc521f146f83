package io.memflow.formats.minidump;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Little-endian bytes that grow, with the file offset they will have. Confined. */
final class Blob {
    private static final int ALIGNMENT = 8;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final long start;

    /** @param start file offset of the first byte */
    Blob(long start) {
        this.start = start;
    }

    long position() {
        return start + bytes.size();
    }

    /** Goes on to the next multiple of eight, and says where that is. */
    long align() {
        while (position() % ALIGNMENT != 0) {
            bytes.write(0);
        }
        return position();
    }

    private Blob number(long value, int width) {
        for (int i = 0; i < width; i++) {
            bytes.write((int) (value >>> (i * Byte.SIZE)));
        }
        return this;
    }

    Blob half(int value) {
        return number(value, Short.BYTES);
    }

    Blob word(long value) {
        return number(value, Integer.BYTES);
    }

    Blob longWord(long value) {
        return number(value, Long.BYTES);
    }

    Blob zeros(int count) {
        return bytes(new byte[count]);
    }

    Blob bytes(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    /** Writes a {@code MINIDUMP_STRING} and says where it is. */
    long text(String text) {
        long at = align();
        byte[] encoded = text.getBytes(StandardCharsets.UTF_16LE);
        word(encoded.length).bytes(encoded).half(0);
        return at;
    }

    /** All of them. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes.toByteArray());
    }
}
