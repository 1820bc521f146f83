package io.memflow.core.plugin;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Numbers of bytes as people write them: decimal digits, or 0x and hexadecimal ones, and an optional k, m or g (or kb, mb,
 * gb), each 1024 of the one before. Stateless.
 */
public final class ByteSize {
    private static final List<String> UNITS = List.of("k", "m", "g");
    private static final int UNIT_BITS = 10;

    private ByteSize() {}

    /** Reads a size; nothing when the text is none, or one of more than 64 bits. */
    public static OptionalLong parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        // A bare b would be a hexadecimal digit; behind a unit it is none.
        boolean spelled =
                lower.length() > 1 && lower.endsWith("b") && unit(lower.substring(0, lower.length() - 1)) >= 0;
        String scaled = spelled ? lower.substring(0, lower.length() - 1) : lower;
        int unit = unit(scaled);
        int shift = (unit + 1) * UNIT_BITS;
        OptionalLong number = number(unit < 0 ? scaled : scaled.substring(0, scaled.length() - 1));
        boolean fits = number.isPresent() && number.getAsLong() << shift >>> shift == number.getAsLong();
        return fits ? OptionalLong.of(number.getAsLong() << shift) : OptionalLong.empty();
    }

    /** Reads a number without a unit; nothing when the text is none. */
    static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Address.parse(text));
        } catch (MemflowException noNumber) {
            return OptionalLong.empty();
        }
    }

    private static int unit(String text) {
        return text.isEmpty() ? -1 : UNITS.indexOf(text.substring(text.length() - 1));
    }

    /** The shortest text that {@link #parse} reads as this number. */
    public static String format(long bytes) {
        int unit = UNITS.size();
        while (unit > 0 && (bytes == 0 || bytes % (1L << (unit * UNIT_BITS)) != 0)) {
            unit--;
        }
        return unit == 0 ? Long.toUnsignedString(bytes) : (bytes >>> (unit * UNIT_BITS)) + UNITS.get(unit - 1) + "b";
    }
}
