package io.memflow.core.paging;

import io.memflow.core.paging.Aarch64Paging.AddressForm;
import io.memflow.core.paging.Aarch64Paging.DirtyState;

/**
 * Facts of a stage 2 tree, from guest-physical to physical addresses. Immutable.
 *
 * @param granule VTCR.TG0
 * @param inputBits 64 less VTCR.T0SZ: 16 to 52
 * @param startLevel from VTCR.SL0 and SL2; where the start table would have to be larger than a page, up to 16 tables
 *     stand side by side
 * @param outputBits physical-address bits (VTCR.PS): 32 to 52
 */
public record Aarch64Stage2(
        Aarch64Granule granule,
        int inputBits,
        int startLevel,
        int outputBits,
        AddressForm form,
        DirtyState dirtyState) {
    /**
     * @throws IllegalArgumentException when no processor could be set up so
     */
    public Aarch64Stage2 {
        Aarch64Paging.checkAddresses(granule, inputBits, outputBits, form);
        if (startLevel < Aarch64Paging.FIRST_LEVEL || startLevel > Aarch64Paging.LAST_LEVEL) {
            throw new IllegalArgumentException("a walk cannot start at level " + startLevel);
        }
        int rootBits = inputBits - granule.shift(startLevel);
        if (rootBits < 1 || rootBits > granule.indexBits() + Aarch64Paging.MOST_CONCATENATED_BITS) {
            throw new IllegalArgumentException("level " + startLevel + " cannot be the first of " + inputBits
                    + "-bit addresses with a granule of " + granule);
        }
    }

    /** A tree with 48-bit physical addresses and the dirty state kept by software. */
    public static Aarch64Stage2 of(Aarch64Granule granule, int inputBits, int startLevel) {
        return new Aarch64Stage2(granule, inputBits, startLevel, 48, AddressForm.PLAIN, DirtyState.SOFTWARE);
    }

    /** A tree with 52-bit physical addresses in the form of LPA2; otherwise as {@link #of}. */
    public static Aarch64Stage2 lpa2(Aarch64Granule granule, int inputBits, int startLevel) {
        return new Aarch64Stage2(granule, inputBits, startLevel, 52, AddressForm.LPA2, DirtyState.SOFTWARE);
    }

    /** The same with another output size. */
    public Aarch64Stage2 output(int bits) {
        return new Aarch64Stage2(granule, inputBits, startLevel, bits, form, dirtyState);
    }

    /** The same with the dirty state kept by software or hardware. */
    public Aarch64Stage2 dirtyState(DirtyState other) {
        return new Aarch64Stage2(granule, inputBits, startLevel, outputBits, form, other);
    }
}
