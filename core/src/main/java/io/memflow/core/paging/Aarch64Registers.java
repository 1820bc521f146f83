package io.memflow.core.paging;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.paging.Aarch64Paging.AddressForm;
import io.memflow.core.paging.Aarch64Paging.DirtyState;
import io.memflow.core.paging.Aarch64Paging.Hierarchy;
import io.memflow.core.paging.Aarch64Paging.TopByte;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Address spaces from the values of AArch64 system registers. Source: Arm ARM (DDI 0487), the descriptions of TCR_EL1,
 * TTBR0_EL1, TTBR1_EL1, VTCR_EL2 and VTTBR_EL2. TCR_EL2 and its roots are the same with VHE (HCR_EL2.E2H set).
 *
 * <p>A register's output size may be larger than what the processor has; the size in the register is taken. Stateless.
 */
public final class Aarch64Registers {
    private static final int T1SZ_SHIFT = 16;
    private static final long SIZE_MASK = 0x3F;
    private static final int TG0_SHIFT = 14;
    private static final int TG1_SHIFT = 30;
    private static final int IPS_SHIFT = 32;
    private static final int HA_BIT = 39;
    private static final int HD_BIT = 40;
    private static final int DS_BIT = 59;

    /** Where TCR_EL1 keeps what it says of each half: EPDx, TBIx, HPDx. */
    private static final int[] WALK_DISABLED_BITS = {7, 23};

    private static final int[] TOP_BYTE_IGNORED_BITS = {37, 38};
    private static final int[] HIERARCHY_DISABLED_BITS = {41, 42};

    private static final int VTCR_START_LEVEL_SHIFT = 6;
    private static final int VTCR_PS_SHIFT = 16;
    private static final int VTCR_HA_BIT = 21;
    private static final int VTCR_HD_BIT = 22;
    private static final int VTCR_DS_BIT = 32;
    private static final int VTCR_SL2_BIT = 33;

    /** Physical-address bits by the value of IPS or PS; 7 is reserved and taken as 6. */
    private static final int[] OUTPUT_BITS = {32, 36, 40, 42, 44, 48, 52, 52};

    /** Most address bits without LPA and LPA2. */
    private static final int PLAIN_BITS = 48;

    /** Bits 47 to 0 of a TTBR: the table's address; above them is the ASID or VMID. */
    private static final long TABLE_ADDRESS = (1L << 48) - 1;
    /** Where a 52-bit output size puts address bits 51 to 48 in a TTBR: bits 5 to 2. */
    private static final AddressField TABLE_ADDRESS_HIGH = new AddressField(0x3C, 48 - 2);

    private Aarch64Registers() {}

    /**
     * The space that user and kernel share, without the half whose walks are disabled.
     *
     * @param tcr TCR_EL1
     * @param ttbr0 TTBR0_EL1; its ASID is not looked at
     * @param ttbr1 TTBR1_EL1; its ASID is not looked at
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when TCR holds sizes that the architecture does
     *     not have, or disables both halves
     */
    public static AddressSpace stage1(long tcr, long ttbr0, long ttbr1) {
        Optional<AddressSpace.Tree> lower = half(tcr, ttbr0, 0);
        Optional<AddressSpace.Tree> upper = half(tcr, ttbr1, 1);
        if (lower.isEmpty() && upper.isEmpty()) {
            throw invalid("TCR", tcr, "disables walks of both halves (EPD0 and EPD1)", null);
        }
        // A space with one half left has one tree, whichever half it is.
        return lower.isPresent()
                ? new AddressSpace(lower.get(), upper)
                : new AddressSpace(upper.orElseThrow(), Optional.empty());
    }

    private static Optional<AddressSpace.Tree> half(long tcr, long ttbr, int half) {
        if (isSet(tcr, WALK_DISABLED_BITS[half])) {
            return Optional.empty();
        }
        Aarch64Granule granule = half == 0 ? granule0("TCR", tcr) : granule1(tcr);
        AddressForm form = form(granule, isSet(tcr, DS_BIT));
        int size = (int) (tcr >>> (half * T1SZ_SHIFT) & SIZE_MASK);
        try {
            Aarch64Stage1 facts = new Aarch64Stage1(
                    granule,
                    Long.SIZE - size,
                    half == 0 ? CanonicalForm.ZEROS : CanonicalForm.ONES,
                    outputBits((int) (tcr >>> IPS_SHIFT & 7), granule, form),
                    form,
                    isSet(tcr, TOP_BYTE_IGNORED_BITS[half]) ? TopByte.IGNORED : TopByte.CHECKED,
                    isSet(tcr, HIERARCHY_DISABLED_BITS[half]) ? Hierarchy.DISABLED : Hierarchy.APPLIES,
                    dirtyState(tcr, HA_BIT, HD_BIT));
            return Optional.of(new AddressSpace.Tree(Aarch64Paging.stage1(facts), root(ttbr, facts.outputBits())));
        } catch (IllegalArgumentException impossible) {
            throw invalid("TCR", tcr, "describes no AArch64 space: " + impossible.getMessage(), impossible);
        }
    }

    /**
     * A guest's tree from guest-physical to physical addresses.
     *
     * @param vtcr VTCR_EL2
     * @param vttbr VTTBR_EL2; its VMID is not looked at
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when VTCR holds sizes or a start level that the
     *     architecture does not have
     */
    public static AddressSpace.Tree stage2(long vtcr, long vttbr) {
        Aarch64Granule granule = granule0("VTCR", vtcr);
        AddressForm form = form(granule, isSet(vtcr, VTCR_DS_BIT));
        try {
            Aarch64Stage2 facts = new Aarch64Stage2(
                    granule,
                    Long.SIZE - (int) (vtcr & SIZE_MASK),
                    startLevel(granule, form, vtcr),
                    outputBits((int) (vtcr >>> VTCR_PS_SHIFT & 7), granule, form),
                    form,
                    dirtyState(vtcr, VTCR_HA_BIT, VTCR_HD_BIT));
            return new AddressSpace.Tree(Aarch64Paging.stage2(facts), root(vttbr, facts.outputBits()));
        } catch (IllegalArgumentException impossible) {
            throw invalid("VTCR", vtcr, "describes no AArch64 space: " + impossible.getMessage(), impossible);
        }
    }

    /** What VTCR_EL2.SL0 and SL2 stand for (VTCR_EL2, field SL0). */
    private static int startLevel(Aarch64Granule granule, AddressForm form, long vtcr) {
        int value = (int) (vtcr >>> VTCR_START_LEVEL_SHIFT & 3);
        boolean lpa2 = form == AddressForm.LPA2;
        boolean small = granule == Aarch64Granule.KIB4;
        if (small && lpa2 && isSet(vtcr, VTCR_SL2_BIT)) {
            if (value != 0) {
                throw new IllegalArgumentException("SL0 is " + value + " although SL2 is set");
            }
            return Aarch64Paging.FIRST_LEVEL;
        }
        if (small) {
            // 0 is level 2, 1 is 1, 2 is 0; 3 is level 3 (FEAT_TTST).
            return value == 3 ? Aarch64Paging.LAST_LEVEL : 2 - value;
        }
        if (value == 3 && !lpa2) {
            throw new IllegalArgumentException("SL0 is 3, which a granule of " + granule + " has with LPA2 only");
        }
        return Aarch64Paging.LAST_LEVEL - value;
    }

    /** DS means nothing with the 64 KiB granule, which holds 52-bit addresses in another way. */
    private static AddressForm form(Aarch64Granule granule, boolean ds) {
        return ds && granule != Aarch64Granule.KIB64 ? AddressForm.LPA2 : AddressForm.PLAIN;
    }

    private static int outputBits(int value, Aarch64Granule granule, AddressForm form) {
        boolean wide = form == AddressForm.LPA2 || granule == Aarch64Granule.KIB64;
        return wide ? OUTPUT_BITS[value] : Math.min(OUTPUT_BITS[value], PLAIN_BITS);
    }

    /** HD counts only where HA is set too. */
    private static DirtyState dirtyState(long control, int accessBit, int dirtyBit) {
        return isSet(control, accessBit) && isSet(control, dirtyBit) ? DirtyState.HARDWARE : DirtyState.SOFTWARE;
    }

    /** The start table's address; the format's root mask takes the low bits (CnP among them) away. */
    private static long root(long ttbr, int outputBits) {
        long low = ttbr & TABLE_ADDRESS;
        return outputBits > PLAIN_BITS ? (low & ~TABLE_ADDRESS_HIGH.mask()) | TABLE_ADDRESS_HIGH.of(ttbr) : low;
    }

    private static Aarch64Granule granule0(String register, long control) {
        return switch ((int) (control >>> TG0_SHIFT & 3)) {
            case 0 -> Aarch64Granule.KIB4;
            case 1 -> Aarch64Granule.KIB64;
            case 2 -> Aarch64Granule.KIB16;
            default -> throw invalid(register, control, "has the reserved granule 3 in TG0", null);
        };
    }

    private static Aarch64Granule granule1(long tcr) {
        return switch ((int) (tcr >>> TG1_SHIFT & 3)) {
            case 1 -> Aarch64Granule.KIB16;
            case 2 -> Aarch64Granule.KIB4;
            case 3 -> Aarch64Granule.KIB64;
            default -> throw invalid("TCR", tcr, "has the reserved granule 0 in TG1", null);
        };
    }

    private static MemflowException invalid(
            String register, long value, String found, @Nullable IllegalArgumentException cause) {
        return new MemflowException(
                ErrorOrigin.MMU,
                ErrorKind.INVALID_ARGUMENT,
                register + " " + Address.format(value) + " " + found
                        + "; check that it was read from the right processor.",
                cause);
    }

    private static boolean isSet(long register, int bit) {
        return (register >>> bit & 1) != 0;
    }
}
