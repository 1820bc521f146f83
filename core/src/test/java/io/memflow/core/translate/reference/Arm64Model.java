package io.memflow.core.translate.reference;

import static io.memflow.core.translate.reference.ReferenceMmu.bit;
import static io.memflow.core.translate.reference.ReferenceMmu.bits;

import io.memflow.core.memory.Fault;
import java.math.BigInteger;
import java.util.OptionalLong;

/**
 * VMSAv8-64, stage 1 of EL1&amp;0 and stage 2: Arm ARM (DDI 0487), chapter D8 and the shared pseudocode it refers to
 * (AArch64.S1Walk, AArch64.S2Walk, BlockDescSupported, StageOA, S1DirectBasePermissions, S2DirectBasePermissions).
 *
 * @param granule log2 of a page's bytes: 12, 14 or 16
 * @param inputBits 64 less TxSZ
 * @param outputBits size of a physical address: 48 or 52
 * @param ds TCR.DS: LPA2
 * @param kind which table
 * @param hardwareDirty TCR.HA and HD are set
 * @param topByteIgnored TCR.TBI is set
 * @param startLevel of stage 2, where VTCR.SL0 says it
 */
public record Arm64Model(
        int granule,
        int inputBits,
        int outputBits,
        boolean ds,
        Kind kind,
        boolean hardwareDirty,
        boolean topByteIgnored,
        int startLevel)
        implements ReferenceMmu {
    /** Which table. */
    public enum Kind {
        TTBR0,
        TTBR1,
        STAGE2
    }

    public static Arm64Model stage1(int granule, int inputBits, Kind kind) {
        int stride = granule - 3;
        int levels = (inputBits - granule + stride - 1) / stride;
        return new Arm64Model(granule, inputBits, 48, false, kind, false, false, 4 - levels);
    }

    public static Arm64Model stage2(int granule, int inputBits, int startLevel) {
        return new Arm64Model(granule, inputBits, 48, false, Kind.STAGE2, false, false, startLevel);
    }

    public Arm64Model output52(boolean lpa2) {
        return new Arm64Model(granule, inputBits, 52, lpa2, kind, hardwareDirty, topByteIgnored, startLevel);
    }

    public Arm64Model hardware() {
        return new Arm64Model(granule, inputBits, outputBits, ds, kind, true, topByteIgnored, startLevel);
    }

    public Arm64Model topByte() {
        return new Arm64Model(granule, inputBits, outputBits, ds, kind, hardwareDirty, true, startLevel);
    }

    @Override
    public Outcome translate(Words memory, BigInteger root, BigInteger virtual) {
        long address = virtual.longValue();
        long checked = topByteIgnored ? address << 8 >> 8 : address;
        boolean canonical = kind == Kind.TTBR1 ? checked >> inputBits == -1 : checked >>> inputBits == 0;
        if (!canonical) {
            return Outcome.fault(Fault.NOT_CANONICAL, 4 - startLevel, granule);
        }
        int stride = granule - 3;
        Access access = new Access();
        long table = root.longValue();
        for (int level = startLevel; ; level++) {
            int low = granule + stride * (3 - level);
            int high = level == startLevel ? inputBits - 1 : low + stride - 1;
            OptionalLong read = memory.read(table + bits(address, high, low) * 8, 8);
            if (read.isEmpty()) {
                return Outcome.fault(Fault.TABLE_UNREADABLE, 4 - level, low);
            }
            long descriptor = read.getAsLong();
            if (!bit(descriptor, 0)) {
                return Outcome.fault(Fault.NOT_PRESENT, 4 - level, low);
            }
            boolean tableOrPage = bit(descriptor, 1);
            boolean block = !tableOrPage && level < 3 && blockSupported(level);
            if (!tableOrPage && !block) {
                return Outcome.fault(Fault.RESERVED_BITS, 4 - level, low);
            }
            if (tableOrPage && level < 3) {
                tableAttributes(access, descriptor);
                table = outputAddress(descriptor, granule);
                continue;
            }
            leafAttributes(access, descriptor);
            long physical = outputAddress(descriptor, low) | bits(address, low - 1, 0);
            int type = kind == Kind.STAGE2 ? access.pageTypeWithoutUser() : access.pageType();
            return Outcome.page(4 - level, low, physical, type);
        }
    }

    private boolean blockSupported(int level) {
        return switch (granule) {
            case 12 -> level == 2 || level == 1 || (level == 0 && ds);
            case 14 -> level == 2 || (level == 1 && ds);
            default -> level == 2 || (level == 1 && outputBits == 52);
        };
    }

    /** Bits of an address in a descriptor from bit {@code low} up. */
    private long outputAddress(long descriptor, int low) {
        if (ds) {
            return bits(descriptor, 9, 8) << 50 | bits(descriptor, 49, low) << low;
        }
        long plain = bits(descriptor, 47, low) << low;
        return outputBits == 52 ? bits(descriptor, 15, 12) << 48 | plain : plain;
    }

    private void tableAttributes(Access access, long descriptor) {
        if (kind == Kind.STAGE2) {
            return;
        }
        access.privilegedExecute &= !bit(descriptor, 59);
        access.userExecute &= !bit(descriptor, 60);
        access.user &= !bit(descriptor, 61);
        access.write &= !bit(descriptor, 62);
    }

    private void leafAttributes(Access access, long descriptor) {
        boolean dbm = hardwareDirty && bit(descriptor, 51);
        access.accessed = bit(descriptor, 10);
        access.contiguous = bit(descriptor, 52);
        if (kind == Kind.STAGE2) {
            access.read = bit(descriptor, 6);
            access.write = bit(descriptor, 7) || dbm;
            access.dirty = dbm && bit(descriptor, 7);
            long xn = bits(descriptor, 54, 53);
            access.privilegedExecute = xn == 0 || xn == 3;
            access.userExecute = xn == 0 || xn == 1;
            return;
        }
        boolean readOnly = bit(descriptor, 7);
        access.user &= bit(descriptor, 6);
        access.write &= !readOnly || dbm;
        access.dirty = dbm && !readOnly;
        access.global = !bit(descriptor, 11);
        access.userExecute &= !bit(descriptor, 54);
        access.privilegedExecute &= !bit(descriptor, 53);
        if (access.user && access.write) {
            access.privilegedExecute = false;
        }
    }
}
