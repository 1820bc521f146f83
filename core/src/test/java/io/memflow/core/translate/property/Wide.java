package io.memflow.core.translate.property;

import java.math.BigInteger;

/** Addresses of up to 128 bits as the models take them. */
final class Wide {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(Long.SIZE);

    private Wide() {}

    static BigInteger of(long upper, long lower) {
        return unsigned(upper).multiply(WORD).add(unsigned(lower));
    }

    static BigInteger unsigned(long value) {
        return value >= 0
                ? BigInteger.valueOf(value)
                : BigInteger.valueOf(value).add(WORD);
    }

    static long upper(BigInteger address) {
        return address.shiftRight(Long.SIZE).longValue();
    }
}
