package io.memflow.core.address;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic on addresses. An address is an unsigned {@code long} everywhere; this class is the one place that parses,
 * prints, compares and aligns them. Stateless.
 */
public final class Address {
    private Address() {}

    /**
     * Parses {@code 0x} hexadecimal or decimal digits, with {@code _} allowed between digits.
     *
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when the text is anything else
     */
    public static long parse(String text) {
        String digits = text.strip();
        boolean hexadecimal = digits.startsWith("0x") || digits.startsWith("0X");
        String bare = hexadecimal ? digits.substring(2) : digits;
        boolean separatorsInside = !bare.startsWith("_") && !bare.endsWith("_");
        String plain = bare.replace("_", "");
        // The JDK's parser would also take a sign.
        if (separatorsInside && !plain.startsWith("+") && !plain.startsWith("-")) {
            try {
                return Long.parseUnsignedLong(plain, hexadecimal ? 16 : 10);
            } catch (NumberFormatException notANumber) {
                throw invalid(text, notANumber);
            }
        }
        throw invalid(text, null);
    }

    private static MemflowException invalid(String text, @Nullable NumberFormatException cause) {
        return new MemflowException(
                ErrorOrigin.ARGS,
                ErrorKind.INVALID_ARGUMENT,
                "\"" + text
                        + "\" is not an address: write 0x and hexadecimal digits, or decimal digits, up to 64 bits.",
                cause);
    }

    /** {@code 0x} and lower-case hexadecimal digits without leading zeros. */
    public static String format(long address) {
        return "0x" + Long.toHexString(address);
    }

    /** Unsigned {@code a < b}. */
    public static boolean below(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    /** Unsigned minimum. */
    public static long min(long a, long b) {
        return below(a, b) ? a : b;
    }

    /** Unsigned maximum. */
    public static long max(long a, long b) {
        return below(a, b) ? b : a;
    }

    /** The highest multiple of {@code alignment}, a power of two, that is not above {@code address}. */
    public static long alignDown(long address, long alignment) {
        return address & -alignment;
    }

    /** The lowest multiple of {@code alignment}, a power of two, that is not below {@code address}; wraps at 2^64. */
    public static long alignUp(long address, long alignment) {
        return address + alignment - 1 & -alignment;
    }

    /** Whether {@code address} is a multiple of {@code alignment}, a power of two. */
    public static boolean isAligned(long address, long alignment) {
        return (address & alignment - 1) == 0;
    }

    /** Whether {@code [address, address + length)} runs past the end of the 64-bit space. */
    public static boolean overflows(long address, long length) {
        return length != 0 && below(address + (length - 1), address);
    }
}
