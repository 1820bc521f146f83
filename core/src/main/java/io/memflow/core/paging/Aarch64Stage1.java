package io.memflow.core.paging;

import io.memflow.core.paging.Aarch64Paging.AddressForm;
import io.memflow.core.paging.Aarch64Paging.DirtyState;
import io.memflow.core.paging.Aarch64Paging.Hierarchy;
import io.memflow.core.paging.Aarch64Paging.TopByte;

/**
 * Facts of one half of a stage 1 space that user and kernel share (EL1&amp;0, or EL2&amp;0 with VHE). Immutable.
 *
 * @param granule TCR.TG0 or TG1
 * @param virtualBits 64 less TCR.T0SZ or T1SZ: 16 to 52
 * @param half {@link CanonicalForm#ZEROS} for TTBR0's, {@link CanonicalForm#ONES} for TTBR1's
 * @param outputBits physical-address bits (TCR.IPS): 32 to 52
 */
public record Aarch64Stage1(
        Aarch64Granule granule,
        int virtualBits,
        CanonicalForm half,
        int outputBits,
        AddressForm form,
        TopByte topByte,
        Hierarchy hierarchy,
        DirtyState dirtyState) {
    /**
     * @throws IllegalArgumentException when no processor could be set up so
     */
    public Aarch64Stage1 {
        Aarch64Paging.checkAddresses(granule, virtualBits, outputBits, form);
        if (half == CanonicalForm.SIGN_EXTENDED) {
            throw new IllegalArgumentException("a root serves the lower or the upper half, not both");
        }
    }

    /** A half as ARMv8.0 has it: 48-bit physical addresses, hierarchical permissions, dirty state by software. */
    public static Aarch64Stage1 of(Aarch64Granule granule, int virtualBits, CanonicalForm half) {
        return new Aarch64Stage1(
                granule,
                virtualBits,
                half,
                48,
                AddressForm.PLAIN,
                TopByte.CHECKED,
                Hierarchy.APPLIES,
                DirtyState.SOFTWARE);
    }

    /** A half with 52-bit physical addresses in the form of LPA2; otherwise as {@link #of}. */
    public static Aarch64Stage1 lpa2(Aarch64Granule granule, int virtualBits, CanonicalForm half) {
        return new Aarch64Stage1(
                granule,
                virtualBits,
                half,
                52,
                AddressForm.LPA2,
                TopByte.CHECKED,
                Hierarchy.APPLIES,
                DirtyState.SOFTWARE);
    }

    /** The same with another output size. */
    public Aarch64Stage1 output(int bits) {
        return new Aarch64Stage1(granule, virtualBits, half, bits, form, topByte, hierarchy, dirtyState);
    }

    /** The same with the top byte checked or not. */
    public Aarch64Stage1 topByte(TopByte other) {
        return new Aarch64Stage1(granule, virtualBits, half, outputBits, form, other, hierarchy, dirtyState);
    }

    /** The same with table attributes that apply or not. */
    public Aarch64Stage1 hierarchy(Hierarchy other) {
        return new Aarch64Stage1(granule, virtualBits, half, outputBits, form, topByte, other, dirtyState);
    }

    /** The same with the dirty state kept by software or hardware. */
    public Aarch64Stage1 dirtyState(DirtyState other) {
        return new Aarch64Stage1(granule, virtualBits, half, outputBits, form, topByte, hierarchy, other);
    }
}
