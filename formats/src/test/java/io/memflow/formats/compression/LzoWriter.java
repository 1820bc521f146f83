package io.memflow.formats.compression;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes LZO streams, an instruction a call. Each takes the literals that follow it, at most three. */
public final class LzoWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public LzoWriter() {
        // Begins with version 0, which is not written.
    }

    /** Begins a stream of a version. */
    public LzoWriter version(int version) {
        return put(17, version);
    }

    /** The literals that a stream may begin with. */
    public LzoWriter first(String literals) {
        return put(17 + literals.length()).literals(literals);
    }

    /** A run of at least 4 literals. */
    public LzoWriter run(String literals) {
        int length = literals.length() - 3;
        return (length <= 15 ? put(length) : put(0).more(length - 15)).literals(literals);
    }

    /** Two bytes from close by, behind 1 to 3 literals; three bytes from farther away, behind a run. */
    public LzoWriter near(int distance, int base, String after) {
        int written = distance - base;
        return put((written & 3) << 2 | after.length(), written >>> 2).literals(after);
    }

    /** Three to eight bytes from 2 KiB. */
    public LzoWriter small(int distance, int length, String after) {
        int written = distance - 1;
        return put((length - 1) << 5 | (written & 7) << 2 | after.length(), written >>> 3)
                .literals(after);
    }

    /** Any number of bytes from 16 KiB. */
    public LzoWriter middle(int distance, int length, String after) {
        int written = length - 2;
        return (written <= 31 ? put(32 | written) : put(32).more(written - 31))
                .operand(distance - 1, after.length())
                .literals(after);
    }

    /** Any number of bytes from 16 KiB to 48 KiB. */
    public LzoWriter far(int distance, int length, String after) {
        int written = length - 2;
        int high = (distance - 16384) >>> 14 << 3;
        return (written <= 7 ? put(16 | high | written) : put(16 | high).more(written - 7))
                .operand(distance - 16384 & 0x3FFF, after.length())
                .literals(after);
    }

    /** A run of 4 to 2051 zeros; version 1 only. */
    public LzoWriter zeros(int length, String after) {
        int written = length - 4;
        return put(0x18 | (written & 7))
                .operand(0x3FFF, after.length())
                .put(written >>> 3)
                .literals(after);
    }

    public byte[] end() {
        return put(17, 0, 0).bytes.toByteArray();
    }

    private LzoWriter operand(int distance, int literals) {
        int operand = distance << 2 | literals;
        return put(operand & 0xFF, operand >>> 8);
    }

    private LzoWriter more(int length) {
        int left = length;
        while (left > 255) {
            put(0);
            left -= 255;
        }
        return put(left);
    }

    private LzoWriter literals(String literals) {
        bytes.writeBytes(literals.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    private LzoWriter put(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }
}
