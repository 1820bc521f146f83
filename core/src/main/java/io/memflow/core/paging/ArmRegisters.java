package io.memflow.core.paging;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.paging.ArmPaging.AccessFlag;
import java.util.Optional;

/**
 * Address spaces from the values of 32-bit ARM's system registers. Source: ARM ARM, ARMv7-A edition (DDI 0406C), sections
 * B3.5.4 (selecting between TTBR0 and TTBR1, short descriptors), B3.6.4 (the same for long ones), B4.1 (TTBCR).
 * Stateless.
 */
public final class ArmRegisters {
    private static final int ADDRESS_BITS = 32;
    private static final long LONG_DESCRIPTORS = 1L << 31;
    private static final long SIZE_MASK = 7;
    private static final int T1SZ_SHIFT = 16;
    /** TTBCR.PD0 and PD1 of short descriptors. */
    private static final long SHORT_LOWER_DISABLED = 1L << 4;

    private static final long SHORT_UPPER_DISABLED = 1L << 5;
    /** TTBCR.EPD0 and EPD1 of long descriptors. */
    private static final long LONG_LOWER_DISABLED = 1L << 7;

    private static final long LONG_UPPER_DISABLED = 1L << 23;
    /** SCTLR.AFE. */
    private static final long ACCESS_FLAG_ENABLED = 1L << 29;

    private ArmRegisters() {}

    /**
     * The space that the registers set up, without a half whose walks are disabled. Where both trees could serve an address,
     * the one of fewer virtual bits does: the other's size is then the rest of the space. (A root that serves such a rest and
     * is left alone, because the other's walks are disabled, is taken for the whole space.)
     *
     * @param ttbcr TTBCR; its bit EAE tells short from long descriptors
     * @param ttbr0 TTBR0, 32 or 64 bits; ASID and attributes are not looked at
     * @param ttbr1 TTBR1, likewise
     * @param sctlr SCTLR, for AFE
     * @throws MemflowException with kind {@link ErrorKind#INVALID_ARGUMENT} when walks of both halves are disabled
     */
    public static AddressSpace addressSpace(long ttbcr, long ttbr0, long ttbr1, long sctlr) {
        boolean isLong = (ttbcr & LONG_DESCRIPTORS) != 0;
        Optional<AddressSpace.Tree> lower;
        Optional<AddressSpace.Tree> upper;
        if (isLong) {
            int lowerBits = ADDRESS_BITS - (int) (ttbcr & SIZE_MASK);
            int upperBits = ADDRESS_BITS - (int) (ttbcr >>> T1SZ_SHIFT & SIZE_MASK);
            lower = tree(ttbcr & LONG_LOWER_DISABLED, ArmPaging.longDescriptors(lowerBits, CanonicalForm.ZEROS), ttbr0);
            // With both sizes 0 TTBR0 serves everything.
            boolean unused = lowerBits == ADDRESS_BITS && upperBits == ADDRESS_BITS;
            upper = unused
                    ? Optional.empty()
                    : tree(
                            ttbcr & LONG_UPPER_DISABLED,
                            ArmPaging.longDescriptors(upperBits, CanonicalForm.ONES),
                            ttbr1);
        } else {
            AccessFlag accessFlag = (sctlr & ACCESS_FLAG_ENABLED) != 0 ? AccessFlag.AP0 : AccessFlag.NONE;
            int lowerBits = ADDRESS_BITS - (int) (ttbcr & SIZE_MASK);
            lower = tree(ttbcr & SHORT_LOWER_DISABLED, ArmPaging.shortDescriptors(lowerBits, accessFlag), ttbr0);
            upper = lowerBits == ADDRESS_BITS
                    ? Optional.empty()
                    : tree(ttbcr & SHORT_UPPER_DISABLED, ArmPaging.shortDescriptors(ADDRESS_BITS, accessFlag), ttbr1);
        }
        if (lower.isEmpty()) {
            return new AddressSpace(
                    upper.orElseThrow(
                            () -> new MemflowException(
                                    ErrorOrigin.MMU,
                                    ErrorKind.INVALID_ARGUMENT,
                                    "TTBCR " + Address.format(ttbcr)
                                            + " disables walks of every root; check that it was read from the right processor.")),
                    Optional.empty());
        }
        return new AddressSpace(lower.get(), upper);
    }

    private static Optional<AddressSpace.Tree> tree(long disabled, PagingFormat format, long ttbr) {
        return disabled != 0 ? Optional.empty() : Optional.of(new AddressSpace.Tree(format, ttbr));
    }
}
