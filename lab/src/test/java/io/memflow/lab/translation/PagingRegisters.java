package io.memflow.lab.translation;

/** What a paused processor's registers say of paging. Values are as the processor holds them, unmasked. */
sealed interface PagingRegisters {
    /** Bits that two captures of one address space share; on x86 page-table isolation flips one between the modes. */
    long addressSpace();

    /**
     * 32-bit and 64-bit x86. Source of the fields: Intel SDM volume 3A, section 2.5.
     *
     * @param cr0 paging is on with bit 31
     * @param cr3 the root table and, with PCIDs, flags in bits 0 to 11
     * @param cr4 4 MiB pages with bit 4, PAE with bit 5, 5 levels with bit 12
     * @param efer 64-bit mode with bit 10, no-execute bits with bit 11; 0 on processors without it
     */
    record X86(long cr0, long cr3, long cr4, long efer) implements PagingRegisters {
        /** Bits 0 to 11 are flags; Linux keeps its two roots of one process in neighbouring pages, told apart by bit 12. */
        private static final long NOT_SHARED = 0x1FFF;

        @Override
        public long addressSpace() {
            return cr3 & ~NOT_SHARED;
        }
    }

    /**
     * AArch64, exception level 1. Source of the fields: Arm ARM, section D19.2.
     *
     * @param ttbr0 root of the lower half
     * @param ttbr1 root of the upper half
     * @param tcr sizes and granules of both halves
     * @param mmfr0 what the processor can do: {@code ID_AA64MMFR0_EL1}
     */
    record Arm64(long ttbr0, long ttbr1, long tcr, long mmfr0) implements PagingRegisters {
        @Override
        public long addressSpace() {
            return ttbr0;
        }
    }

    /**
     * 64-bit RISC-V. Source of the fields: RISC-V privileged architecture, section "Supervisor Address Translation and
     * Protection Register".
     *
     * @param satp mode in bits 60 to 63, address-space number in bits 44 to 59, page number of the root below
     */
    record RiscV64(long satp) implements PagingRegisters {
        @Override
        public long addressSpace() {
            return satp;
        }
    }
}
