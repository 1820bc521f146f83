package io.memflow.cli.output;

import io.memflow.core.address.Address;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Sizes and times as people write them. Stateless. */
public final class Units {
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int UNIT_BITS = 10;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int NANO_DIGITS = 9;

    private Units() {}

    /** A size in bytes, unsigned, such as {@code 4 KiB} or {@code 95.9 MiB}. */
    public static String bytes(long size) {
        int unit = 0;
        while (unit < BINARY.length - 1 && size >>> ((unit + 1) * UNIT_BITS) != 0) {
            unit++;
        }
        BigDecimal value =
                new BigDecimal(Long.toUnsignedString(size)).divide(BigDecimal.valueOf(1L << (unit * UNIT_BITS)));
        return value.setScale(1, RoundingMode.HALF_UP).toPlainString().replaceFirst("\\.0$", "") + " " + BINARY[unit];
    }

    /** A time for people, such as {@code 3.1 ms} or {@code 1.20 s}. */
    public static String time(Duration time) {
        return time.toSeconds() > 0
                ? seconds(time).setScale(2, RoundingMode.HALF_UP) + " s"
                : BigDecimal.valueOf(time.toNanos())
                                .divide(BigDecimal.valueOf(NANOS_PER_MILLI))
                                .setScale(1, RoundingMode.HALF_UP)
                        + " ms";
    }

    /** Seconds as an exact decimal number. */
    public static BigDecimal seconds(Duration time) {
        BigDecimal exact = BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), NANO_DIGITS));
        BigDecimal bare = exact.stripTrailingZeros();
        return bare.scale() < 0 ? bare.setScale(0) : bare;
    }

    /**
     * Reads a size: decimal or {@code 0x} digits, and {@code K}, {@code M} or {@code G} for powers of 1024.
     *
     * @return bytes, unsigned
     * @throws io.memflow.core.error.MemflowException when the text is anything else
     */
    public static long parseBytes(String text) {
        int unit = text.isEmpty() ? -1 : "KMG".indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
        if (unit < 0) {
            return Address.parse(text);
        }
        long value = Address.parse(text.substring(0, text.length() - 1));
        int shift = (unit + 1) * UNIT_BITS;
        if (value << shift >>> shift != value) {
            // Let the one message on what a number looks like speak, with the text as written.
            return Address.parse(text);
        }
        return value << shift;
    }
}
