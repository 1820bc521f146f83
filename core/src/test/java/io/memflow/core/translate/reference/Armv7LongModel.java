package io.memflow.core.translate.reference;

import static io.memflow.core.translate.reference.ReferenceMmu.bit;
import static io.memflow.core.translate.reference.ReferenceMmu.bits;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * The long-descriptor format (LPAE), stage 1 of PL1&amp;0: ARM ARM for ARMv7-A (DDI 0406C), section B3.6; an address above
 * 40 bits faults as in ARMv8's AArch32 (DDI 0487, chapter G5).
 *
 * @param size TTBCR.T0SZ or T1SZ
 * @param upper whether the table is TTBR1's
 */
public record Armv7LongModel(int size, boolean upper) implements ReferenceMmu {
    @Override
    public Outcome translate(Words memory, BigInteger root, BigInteger virtual) {
        long va = virtual.longValue();
        int width = 32 - size;
        boolean serves = upper ? bits(va, 31, 0) >>> width == (1L << size) - 1 : va >>> width == 0;
        // Below 2 GiB of input the first level has one entry left and is skipped.
        int top = width > 30 ? 1 : 2;
        if (va >>> 32 != 0 || !serves) {
            return Outcome.fault(Fault.NOT_CANONICAL, 4 - top, 12);
        }
        Access access = new Access();
        long table = root.longValue();
        for (int level = top; ; level++) {
            int low = 12 + 9 * (3 - level);
            int high = level == top ? width - 1 : low + 8;
            OptionalLong read = memory.read(table + bits(va, high, low) * 8, 8);
            if (read.isEmpty()) {
                return Outcome.fault(Fault.TABLE_UNREADABLE, 4 - level, low);
            }
            long descriptor = read.getAsLong();
            if (!bit(descriptor, 0)) {
                return Outcome.fault(Fault.NOT_PRESENT, 4 - level, low);
            }
            if (level == 3 && !bit(descriptor, 1)) {
                return Outcome.fault(Fault.RESERVED_BITS, 1, low);
            }
            if (bits(descriptor, 47, 40) != 0) {
                return Outcome.fault(Fault.RESERVED_BITS, 4 - level, low);
            }
            if (level < 3 && bit(descriptor, 1)) {
                access.privilegedExecute &= !bit(descriptor, 59);
                if (bit(descriptor, 60)) {
                    access.neverExecute();
                }
                access.user &= !bit(descriptor, 61);
                access.write &= !bit(descriptor, 62);
                table = bits(descriptor, 39, 12) << 12;
                continue;
            }
            access.user &= bit(descriptor, 6);
            access.write &= !bit(descriptor, 7);
            access.accessed = bit(descriptor, 10);
            access.global = !bit(descriptor, 11);
            access.contiguous = bit(descriptor, 52);
            access.privilegedExecute &= !bit(descriptor, 53);
            if (bit(descriptor, 54)) {
                access.neverExecute();
            }
            long physical = bits(descriptor, 39, low) << low | bits(va, low - 1, 0);
            return Outcome.page(4 - level, low, physical, access.pageType());
        }
    }
}
