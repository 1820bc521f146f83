package io.memflow.cli.output;

/** Fixed-width lower-case hexadecimal digits, without the cost of a format string. Stateless. */
public final class Hex {
    private static final String DIGITS = "0123456789abcdef";

    private Hex() {}

    /** Appends the lowest {@code digits} hexadecimal digits of the value. */
    public static void append(StringBuilder text, long value, int digits) {
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            text.append(DIGITS.charAt((int) (value >>> shift) & 0xF));
        }
    }
}
