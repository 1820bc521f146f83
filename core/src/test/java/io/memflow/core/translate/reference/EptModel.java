package io.memflow.core.translate.reference;

import static io.memflow.core.translate.reference.ReferenceMmu.bit;
import static io.memflow.core.translate.reference.ReferenceMmu.bits;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * Extended page tables: Intel SDM volume 3C, section "The Extended Page Table Mechanism (EPT)", its tables of entry
 * formats and the list of misconfigurations; execute-only pages supported, mode-based execute control off.
 *
 * @param levels 4 or 5
 */
public record EptModel(int levels) implements ReferenceMmu {
    @Override
    public Outcome translate(Words memory, BigInteger root, BigInteger virtual) {
        long guestPhysical = virtual.longValue();
        if (guestPhysical >>> (12 + 9 * levels) != 0) {
            return Outcome.fault(Fault.NOT_CANONICAL, levels, 12);
        }
        Access access = new Access();
        long table = bits(root.longValue(), 51, 12) << 12;
        for (int level = levels; ; level--) {
            int low = 12 + 9 * (level - 1);
            OptionalLong read = memory.read(table + bits(guestPhysical, low + 8, low) * 8, 8);
            if (read.isEmpty()) {
                return Outcome.fault(Fault.TABLE_UNREADABLE, level, low);
            }
            long e = read.getAsLong();
            if (bits(e, 2, 0) == 0) {
                return Outcome.fault(Fault.NOT_PRESENT, level, low);
            }
            boolean page = level == 1 || (level <= 3 && bit(e, 7));
            if (misconfigured(e, level, page)) {
                return Outcome.fault(Fault.RESERVED_BITS, level, low);
            }
            access.read &= bit(e, 0);
            access.write &= bit(e, 1);
            if (!bit(e, 2)) {
                access.neverExecute();
            }
            if (page) {
                access.accessed = bit(e, 8);
                access.dirty = bit(e, 9);
                long physical = bits(e, 51, low) << low | bits(guestPhysical, low - 1, 0);
                return Outcome.page(level, low, physical, access.pageTypeWithoutUser());
            }
            table = bits(e, 51, 12) << 12;
        }
    }

    private static boolean misconfigured(long e, int level, boolean page) {
        boolean writeWithoutRead = bit(e, 1) && !bit(e, 0);
        if (!page) {
            // Bits 6:3 of every entry that names a table; bit 7 too where there is no page of that size.
            return writeWithoutRead || bits(e, 6, 3) != 0 || (level > 3 && bit(e, 7));
        }
        long type = bits(e, 5, 3);
        boolean badType = type == 2 || type == 3 || type == 7;
        boolean lowAddressBits = level > 1 && bits(e, 12 + 9 * (level - 1) - 1, 12) != 0;
        return writeWithoutRead || badType || lowAddressBits;
    }
}
