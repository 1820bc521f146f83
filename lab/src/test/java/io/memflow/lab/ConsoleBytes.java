package io.memflow.lab;

import io.memflow.core.error.MalformedDataException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The bytes that {@code truth.c} sent through the console, between what others printed there: runs that a line
 * {@code LAB-BYTES LENGTH} announces. Stateless.
 */
final class ConsoleBytes {
    private static final byte[] MARK = "LAB-BYTES ".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_DIGITS = 9;

    private ConsoleBytes() {}

    /**
     * @throws MalformedDataException when a run has no length or is cut off
     */
    static byte[] of(byte[] console) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        int at = 0;
        while (at < console.length) {
            if (!startsAt(console, at)) {
                at++;
                continue;
            }
            int digits = at + MARK.length;
            int end = digits;
            while (end < console.length && end - digits < MOST_DIGITS && Character.isDigit(console[end])) {
                end++;
            }
            if (end == digits || end >= console.length || console[end] != '\n') {
                throw new MalformedDataException("lab console", at, "this run of bytes has no length");
            }
            int length = Integer.parseInt(new String(console, digits, end - digits, StandardCharsets.US_ASCII));
            if (length > console.length - end - 1) {
                throw new MalformedDataException(
                        "lab console", at, "this run of %d bytes is cut off".formatted(length));
            }
            sent.write(console, end + 1, length);
            at = end + 1 + length;
        }
        return sent.toByteArray();
    }

    private static boolean startsAt(byte[] console, int at) {
        for (int i = 0; i < MARK.length; i++) {
            if (at + i >= console.length || console[at + i] != MARK[i]) {
                return false;
            }
        }
        return true;
    }
}
