package io.memflow.core.translate.reference;

import java.math.BigInteger;
import java.util.OptionalLong;

/** Translates as a manual says, one address at a time. */
public interface ReferenceMmu {
    /**
     * Translates one address.
     *
     * @param root what the root register holds
     */
    Outcome translate(Words memory, BigInteger root, BigInteger virtual);

    /** Physical memory as a model sees it. */
    interface Words {
        /** A little-endian value of 4 or 8 bytes, or empty where there is no memory. */
        OptionalLong read(BigInteger physical, int bytes);

        /** As above for an address of 64 bits. */
        default OptionalLong read(long physical, int bytes) {
            return read(new BigInteger(Long.toUnsignedString(physical)), bytes);
        }
    }

    /** Bits {@code high} to {@code low} of a value, both included. */
    static long bits(long value, int high, int low) {
        return value << (63 - high) >>> (63 - high + low);
    }

    /** One bit of a value. */
    static boolean bit(long value, int number) {
        return (value >>> number & 1) == 1;
    }
}
