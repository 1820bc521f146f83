package io.memflow.core.translate.reference;

import static io.memflow.core.translate.reference.ReferenceMmu.bit;
import static io.memflow.core.translate.reference.ReferenceMmu.bits;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * Intel SDM volume 3A, chapter 4, with MAXPHYADDR 52 (40 for PSE-36), CR4.PSE and EFER.NXE set.
 *
 * @param mode which of the chapter's sections
 */
public record X86Model(Mode mode) implements ReferenceMmu {
    /** Paging modes. */
    public enum Mode {
        BITS32,
        PAE,
        LEVEL4,
        LEVEL5
    }

    @Override
    public Outcome translate(Words memory, BigInteger root, BigInteger virtual) {
        return switch (mode) {
            case BITS32 -> bits32(memory, root.longValue(), virtual.longValue());
            case PAE -> pae(memory, root.longValue(), virtual.longValue());
            case LEVEL4 -> longMode(memory, root.longValue(), virtual.longValue(), 4);
            case LEVEL5 -> longMode(memory, root.longValue(), virtual.longValue(), 5);
        };
    }

    /** Section 4.3. */
    private static Outcome bits32(Words memory, long cr3, long linear) {
        if (linear >>> 32 != 0) {
            return Outcome.fault(Fault.NOT_CANONICAL, 2, 12);
        }
        OptionalLong pde = memory.read(bits(cr3, 31, 12) * 4096 + bits(linear, 31, 22) * 4, 4);
        if (pde.isEmpty()) {
            return Outcome.fault(Fault.TABLE_UNREADABLE, 2, 22);
        }
        long e = pde.getAsLong();
        if (!bit(e, 0)) {
            return Outcome.fault(Fault.NOT_PRESENT, 2, 22);
        }
        Access access = new Access();
        directory(access, e);
        if (bit(e, 7)) {
            if (bit(e, 21)) {
                return Outcome.fault(Fault.RESERVED_BITS, 2, 22);
            }
            leaf(access, e);
            long physical = bits(e, 20, 13) << 32 | bits(e, 31, 22) << 22 | bits(linear, 21, 0);
            return Outcome.page(2, 22, physical, access.pageType());
        }
        OptionalLong pte = memory.read(bits(e, 31, 12) * 4096 + bits(linear, 21, 12) * 4, 4);
        if (pte.isEmpty()) {
            return Outcome.fault(Fault.TABLE_UNREADABLE, 1, 12);
        }
        e = pte.getAsLong();
        if (!bit(e, 0)) {
            return Outcome.fault(Fault.NOT_PRESENT, 1, 12);
        }
        directory(access, e);
        leaf(access, e);
        return Outcome.page(1, 12, bits(e, 31, 12) << 12 | bits(linear, 11, 0), access.pageType());
    }

    /** Section 4.4. */
    private static Outcome pae(Words memory, long cr3, long linear) {
        if (linear >>> 32 != 0) {
            return Outcome.fault(Fault.NOT_CANONICAL, 3, 12);
        }
        OptionalLong pdpte = memory.read(bits(cr3, 31, 5) * 32 + bits(linear, 31, 30) * 8, 8);
        if (pdpte.isEmpty()) {
            return Outcome.fault(Fault.TABLE_UNREADABLE, 3, 30);
        }
        long e = pdpte.getAsLong();
        if (!bit(e, 0)) {
            return Outcome.fault(Fault.NOT_PRESENT, 3, 30);
        }
        // Table 4-8: bits 2:1, 8:5 and 63:M are reserved; QEMU marks bit 5 all the same, and is believed.
        if (bits(e, 2, 1) != 0 || bits(e, 8, 6) != 0 || bits(e, 63, 52) != 0) {
            return Outcome.fault(Fault.RESERVED_BITS, 3, 30);
        }
        return lower(memory, e, linear, 2, new Access(), Mode.PAE);
    }

    /** Section 4.5. */
    private static Outcome longMode(Words memory, long cr3, long linear, int levels) {
        int width = 12 + 9 * levels;
        if (linear << (64 - width) >> (64 - width) != linear) {
            return Outcome.fault(Fault.NOT_CANONICAL, levels, 12);
        }
        return lower(memory, cr3, linear, levels, new Access(), Mode.LEVEL4);
    }

    /** From a table on whose address an entry, or CR3, holds. */
    private static Outcome lower(Words memory, long holder, long linear, int level, Access access, Mode mode) {
        int low = 12 + 9 * (level - 1);
        OptionalLong read = memory.read(bits(holder, 51, 12) * 4096 + bits(linear, low + 8, low) * 8, 8);
        if (read.isEmpty()) {
            return Outcome.fault(Fault.TABLE_UNREADABLE, level, low);
        }
        long e = read.getAsLong();
        if (!bit(e, 0)) {
            return Outcome.fault(Fault.NOT_PRESENT, level, low);
        }
        // Tables 4-9 to 4-11: outside 64-bit mode bits 62:M are reserved; in it they are ignored.
        if (mode == Mode.PAE && bits(e, 62, 52) != 0) {
            return Outcome.fault(Fault.RESERVED_BITS, level, low);
        }
        directory(access, e);
        if (bit(e, 63)) {
            access.neverExecute();
        }
        boolean page = level == 1 || bit(e, 7);
        if (!page) {
            return lower(memory, e, linear, level - 1, access, mode);
        }
        boolean reserved = level >= 4 || (level > 1 && bits(e, low - 1, 13) != 0);
        if (reserved) {
            return Outcome.fault(Fault.RESERVED_BITS, level, low);
        }
        leaf(access, e);
        return Outcome.page(level, low, bits(e, 51, low) << low | bits(linear, low - 1, 0), access.pageType());
    }

    private static void directory(Access access, long entry) {
        access.write &= bit(entry, 1);
        access.user &= bit(entry, 2);
    }

    private static void leaf(Access access, long entry) {
        access.accessed = bit(entry, 5);
        access.dirty = bit(entry, 6);
        access.global = bit(entry, 8);
    }
}
