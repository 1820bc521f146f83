package io.memflow.formats.compression;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Texts and numbers, and files that the programs {@code zstd} and {@code lz4} have made of them. Stateless. */
public final class Samples {
    private static final int PAGE = 4096;
    private static final int WORDS = 140_000;

    /** What each file expands to, by the first part of its name. */
    static final Map<String, byte[]> CONTENTS =
            Map.of("lines", lines(), "numbers", numbers(), "words", words(), "noise", noise());

    private Samples() {}

    /** A file beside this class. */
    public static byte[] file(String name) {
        try (InputStream stream = Samples.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalArgumentException("no sample is named " + name);
            }
            return stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** What a file expands to. */
    static byte[] contents(String name) {
        byte[] contents = CONTENTS.get(name.substring(0, name.indexOf('-')));
        if (contents == null) {
            throw new IllegalArgumentException("no sample is named " + name);
        }
        return contents;
    }

    static byte[] lines() {
        StringBuilder text = new StringBuilder();
        for (int line = 0; text.length() < PAGE; line++) {
            text.append("line %06d of the sample\n".formatted(line * 37));
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), PAGE);
    }

    static byte[] numbers() {
        ByteBuffer bytes = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; bytes.hasRemaining(); i++) {
            bytes.putLong(7_000_000 + i);
        }
        return bytes.array();
    }

    static byte[] words() {
        StringBuilder text = new StringBuilder();
        long state = 1;
        while (text.length() < WORDS) {
            state = next(state);
            text.append("word").append(Long.remainderUnsigned(state, 61)).append(' ');
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), WORDS);
    }

    static byte[] noise() {
        ByteBuffer bytes = ByteBuffer.allocate(PAGE).order(ByteOrder.LITTLE_ENDIAN);
        long state = 1;
        while (bytes.hasRemaining()) {
            state = next(state);
            bytes.putLong(state);
        }
        return bytes.array();
    }

    private static long next(long state) {
        long next = state ^ state << 13;
        next ^= next >>> 7;
        return next ^ next << 17;
    }
}
