package io.memflow.core.translate.reference;

import static io.memflow.core.translate.reference.ReferenceMmu.bit;
import static io.memflow.core.translate.reference.ReferenceMmu.bits;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * RISC-V privileged architecture, chapter "Supervisor-Level ISA": sections Sv32 (with the virtual address translation
 * process), Sv39, Sv48, Sv57, the chapters Svnapot and Svpbmt, and of the hypervisor extension "Guest Physical Address
 * Translation".
 *
 * @param levels 2 for Sv32, 3 for Sv39, 4 for Sv48, 5 for Sv57
 * @param guest whether it is the G-stage's (Sv32x4 and so on)
 */
public record RiscvModel(int levels, boolean guest) implements ReferenceMmu {
    @Override
    public Outcome translate(Words memory, BigInteger root, BigInteger virtual) {
        long va = virtual.longValue();
        boolean sv32 = levels == 2;
        int vpn = sv32 ? 10 : 9;
        int width = 12 + vpn * levels;
        boolean canonical =
                guest ? va >>> (width + 2) == 0 : sv32 ? va >>> 32 == 0 : va << (64 - width) >> (64 - width) == va;
        if (!canonical) {
            return Outcome.fault(Fault.NOT_CANONICAL, levels, 12);
        }
        Access access = new Access();
        long a = root.longValue();
        for (int i = levels - 1; ; i--) {
            int low = 12 + vpn * i;
            int size = sv32 ? 4 : 8;
            // The root of a G-stage is four pages.
            int high = low + vpn - 1 + (guest && i == levels - 1 ? 2 : 0);
            OptionalLong read = memory.read(a + bits(va, high, low) * size, size);
            if (read.isEmpty()) {
                return Outcome.fault(Fault.TABLE_UNREADABLE, i + 1, low);
            }
            long pte = read.getAsLong();
            if (!bit(pte, 0)) {
                return Outcome.fault(Fault.NOT_PRESENT, i + 1, low);
            }
            boolean r = bit(pte, 1);
            boolean w = bit(pte, 2);
            boolean x = bit(pte, 3);
            long ppn = sv32 ? bits(pte, 31, 10) : bits(pte, 53, 10);
            // A set G holds for all that is below.
            access.global |= bit(pte, 5);
            if ((!r && w) || reserved(pte, i, r || x)) {
                return Outcome.fault(Fault.RESERVED_BITS, i + 1, low);
            }
            if (!r && !x) {
                if (i == 0) {
                    return Outcome.fault(Fault.RESERVED_BITS, 1, low);
                }
                a = ppn << 12;
                continue;
            }
            // A superpage whose low page-number bits are not zero is misaligned.
            if (i > 0 && bits(ppn, vpn * i - 1, 0) != 0) {
                return Outcome.fault(Fault.RESERVED_BITS, i + 1, low);
            }
            access.read = r;
            access.write = w;
            access.user = bit(pte, 4);
            access.accessed = bit(pte, 6);
            access.dirty = bit(pte, 7);
            if (!x) {
                access.neverExecute();
            }
            if (guest) {
                // Every access counts as user mode's; G means nothing.
                access.global = false;
                if (!access.user) {
                    access.read = false;
                    access.write = false;
                    access.neverExecute();
                }
            } else if (access.user) {
                // Supervisor mode may never execute it, whatever SUM says.
                access.privilegedExecute = false;
            }
            int span = low;
            if (!sv32 && bit(pte, 63)) {
                // Svnapot: 64 KiB, and the lowest four bits of the page number are that encoding.
                span = 16;
                ppn = ppn >>> 4 << 4;
            }
            long offset = bits(va, span - 1, 0);
            int type = guest ? access.pageTypeWithoutUser() : access.pageType();
            long frame = (ppn << 12) & -(1L << span);
            return Outcome.page(i + 1, span, frame | offset, type);
        }
    }

    private boolean reserved(long pte, int i, boolean leaf) {
        if (!leaf) {
            boolean dau = bit(pte, 7) || bit(pte, 6) || bit(pte, 4);
            return dau || (levels > 2 && bits(pte, 63, 54) != 0);
        }
        if (levels == 2) {
            return false;
        }
        boolean n = bit(pte, 63);
        boolean badNapot = n && (i != 0 || bits(pte, 13, 10) != 0b1000);
        boolean badMemoryType = bits(pte, 62, 61) == 3;
        return bits(pte, 60, 54) != 0 || badNapot || badMemoryType;
    }
}
