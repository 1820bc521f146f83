package io.memflow.core.translate.reference;

import static io.memflow.core.translate.reference.ReferenceMmu.bit;
import static io.memflow.core.translate.reference.ReferenceMmu.bits;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * The short-descriptor format: ARM ARM for ARMv7-A (DDI 0406C), section B3.5, with SCTLR.AFE clear, and PXN and supersections
 * implemented.
 *
 * @param n TTBCR.N of the table below TTBR0; 0 for TTBR1's
 */
public record Armv7ShortModel(int n) implements ReferenceMmu {
    @Override
    public Outcome translate(Words memory, BigInteger root, BigInteger virtual) {
        long mva = virtual.longValue();
        if (mva >>> (32 - n) != 0) {
            return Outcome.fault(Fault.NOT_CANONICAL, 2, 12);
        }
        OptionalLong read = memory.read(root.longValue() + bits(mva, 31 - n, 20) * 4, 4);
        if (read.isEmpty()) {
            return Outcome.fault(Fault.TABLE_UNREADABLE, 2, 20);
        }
        long first = read.getAsLong();
        Access access = new Access();
        long type = bits(first, 1, 0);
        if (type == 0) {
            return Outcome.fault(Fault.NOT_PRESENT, 2, 20);
        }
        if (type == 1) {
            access.privilegedExecute = !bit(first, 2);
            return second(memory, first, mva, access);
        }
        access.privilegedExecute = !bit(first, 0);
        if (!permissions(access, bit(first, 15), bits(first, 11, 10), bit(first, 4), bit(first, 17))) {
            return Outcome.fault(Fault.RESERVED_BITS, 2, 20);
        }
        if (bit(first, 18)) {
            long physical =
                    bits(first, 8, 5) << 36 | bits(first, 23, 20) << 32 | bits(first, 31, 24) << 24 | bits(mva, 23, 0);
            return Outcome.page(2, 24, physical, access.pageType());
        }
        return Outcome.page(2, 20, bits(first, 31, 20) << 20 | bits(mva, 19, 0), access.pageType());
    }

    private static Outcome second(Words memory, long first, long mva, Access access) {
        OptionalLong read = memory.read((bits(first, 31, 10) << 10) + bits(mva, 19, 12) * 4, 4);
        if (read.isEmpty()) {
            return Outcome.fault(Fault.TABLE_UNREADABLE, 1, 12);
        }
        long second = read.getAsLong();
        boolean large = bits(second, 1, 0) == 1;
        if (bits(second, 1, 0) == 0) {
            return Outcome.fault(Fault.NOT_PRESENT, 1, 12);
        }
        boolean never = large ? bit(second, 15) : bit(second, 0);
        if (!permissions(access, bit(second, 9), bits(second, 5, 4), never, bit(second, 11))) {
            return Outcome.fault(Fault.RESERVED_BITS, 1, 12);
        }
        return large
                ? Outcome.page(1, 16, bits(second, 31, 16) << 16 | bits(mva, 15, 0), access.pageType())
                : Outcome.page(1, 12, bits(second, 31, 12) << 12 | bits(mva, 11, 0), access.pageType());
    }

    /** Table B3-8; XN and nG. Returns false for the reserved encoding. */
    private static boolean permissions(Access access, boolean ap2, long ap10, boolean xn, boolean notGlobal) {
        access.global = !notGlobal;
        if (xn) {
            access.neverExecute();
        }
        int ap = (ap2 ? 4 : 0) | (int) ap10;
        access.write = ap >= 1 && ap <= 3;
        access.user = ap == 2 || ap == 3 || ap == 6 || ap == 7;
        access.read = ap != 0;
        if (ap == 0) {
            // B3.7.2: to execute needs the right to read.
            access.neverExecute();
        }
        return ap != 4;
    }
}
