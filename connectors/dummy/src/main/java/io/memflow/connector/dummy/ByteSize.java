package io.memflow.connector.dummy;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sizes as people write them: a number, decimal or 0x, and an optional k, m or g (or kb, mb, gb). Stateless. */
final class ByteSize {
    private ByteSize() {}

    /**
     * Parses a size in bytes.
     *
     * @throws MemflowException that quotes what is no size
     */
    static long parse(String key, String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        // A bare b would be a hexadecimal digit.
        String digits = lower.matches(".*[kmg]b") ? lower.substring(0, lower.length() - 1) : lower;
        int power = digits.isEmpty() ? -1 : "kmg".indexOf(digits.charAt(digits.length() - 1));
        int shift = 10 * (power + 1);
        try {
            long number = Address.parse(power < 0 ? digits : digits.substring(0, digits.length() - 1));
            if (number > 0 && number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        } catch (MemflowException notANumber) {
            throw refused(key, text, notANumber);
        }
        throw refused(key, text, null);
    }

    private static MemflowException refused(String key, String text, @Nullable MemflowException cause) {
        return new MemflowException(
                ErrorOrigin.ARGS,
                ErrorKind.ARG_VALIDATION,
                "Argument %s: \"%s\" is no size; write a number, decimal or 0x, and k, m or g behind it, such as 64m."
                        .formatted(key, text),
                cause);
    }

    /** The shortest such text. */
    static String format(long bytes) {
        String units = "kmg";
        for (int power = units.length(); power > 0; power--) {
            if (bytes != 0 && bytes % (1L << (10 * power)) == 0) {
                return (bytes >> (10 * power)) + units.substring(power - 1, power);
            }
        }
        return Long.toString(bytes);
    }
}
