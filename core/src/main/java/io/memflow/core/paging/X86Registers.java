package io.memflow.core.paging;

import java.util.Optional;

/**
 * Address spaces from the values of x86 control registers. Source: Intel SDM volume 3A, section 4.1.1 (paging modes) and
 * table 4-1; section 2.5 (control registers) and 2.2.1 (IA32_EFER). Stateless.
 */
public final class X86Registers {
    /** CR0.PG. */
    private static final long PAGING = 1L << 31;
    /** CR4.PSE, PAE and LA57. */
    private static final long PAGE_SIZE_EXTENSIONS = 1L << 4;

    private static final long PHYSICAL_ADDRESS_EXTENSION = 1L << 5;
    private static final long LINEAR_ADDRESS_57 = 1L << 12;
    /** IA32_EFER.LMA: the processor is in IA-32e mode. */
    private static final long LONG_MODE_ACTIVE = 1L << 10;

    private X86Registers() {}

    /**
     * What the registers set up. The process-context identifier and the flags in CR3 are not part of the root.
     *
     * @param efer the IA32_EFER MSR
     * @return empty when paging is off: linear addresses are physical then
     */
    public static Optional<AddressSpace> addressSpace(long cr0, long cr3, long cr4, long efer) {
        return (cr0 & PAGING) == 0 ? Optional.empty() : Optional.of(AddressSpace.of(format(cr4, efer), cr3));
    }

    private static PagingFormat format(long cr4, long efer) {
        if ((cr4 & PHYSICAL_ADDRESS_EXTENSION) == 0) {
            return (cr4 & PAGE_SIZE_EXTENSIONS) == 0 ? X86Paging.BITS32_SMALL_PAGES : X86Paging.BITS32;
        }
        if ((efer & LONG_MODE_ACTIVE) == 0) {
            return X86Paging.PAE;
        }
        return (cr4 & LINEAR_ADDRESS_57) == 0 ? X86Paging.LEVEL4 : X86Paging.LEVEL5;
    }
}
