package io.memflow.connector.qemu.host;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalLong;

/** Sizes as QEMU's options write them: a decimal, perhaps with a fraction, and a unit (util/cutils.c, qemu_strtosz). */
final class QemuSize {
    private static final String UNITS = "bkmgtpe";

    private QemuSize() {}

    /**
     * Bytes of a size.
     *
     * @param defaultUnit the unit of a number without one, one of b, k, m, g, t, p, e
     * @return empty for anything that is no size of less than 2^63 bytes
     */
    static OptionalLong parse(String text, char defaultUnit) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            if (lower.startsWith("0x")) {
                return OptionalLong.of(Long.parseLong(lower.substring(2), 16));
            }
            int power = UNITS.indexOf(lower.charAt(lower.length() - 1));
            String number = power < 0 ? lower : lower.substring(0, lower.length() - 1);
            if (!number.matches("[0-9]{1,19}(\\.[0-9]{0,19})?")) {
                return OptionalLong.empty();
            }
            int shift = 10 * (power < 0 ? UNITS.indexOf(defaultUnit) : power);
            return OptionalLong.of(new BigDecimal(number)
                    .multiply(BigDecimal.valueOf(1L << shift))
                    .toBigInteger()
                    .longValueExact());
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        } catch (ArithmeticException tooLarge) {
            return OptionalLong.empty();
        }
    }
}
