package io.memflow.host.layout;

/**
 * What an entry of a page table looks like, for each processor whose tables confirm layouts: 512 entries of eight bytes in
 * pages of 4 KiB. Level 1 is the last. Stateless.
 */
enum TableShape {
    /** Intel SDM volume 3A, tables 4-14 to 4-20. */
    X86(4) {
        @Override
        Entry kind(long entry, int level) {
            if ((entry & X86_PRESENT) == 0) {
                return Entry.ODD;
            }
            if (level > 1 && (entry & X86_LARGE) == 0) {
                return Entry.TABLE;
            }
            if (level > 3) {
                return Entry.ODD;
            }
            long reserved = level == 1 ? 0 : level == 2 ? X86_LARGE_2M_RESERVED : X86_LARGE_1G_RESERVED;
            return (entry & reserved) == 0 ? Entry.PAGE : Entry.ODD;
        }

        @Override
        long frame(long entry) {
            return entry & X86_FRAME;
        }

        @Override
        boolean isKernels(int index) {
            return index >= TablePage.ENTRIES / 2;
        }
    },
    /** Arm Architecture Reference Manual, section D8.3, granule of 4 KiB. Kernels have a root of their own. */
    ARM64(4, 3) {
        @Override
        Entry kind(long entry, int level) {
            int type = (int) entry & 3;
            if (type == ARM_TABLE_OR_PAGE) {
                Entry kind = (entry & ARM_ATTRIBUTES) == 0 ? Entry.TABLE : Entry.PAGE;
                return kind == (level > 1 ? Entry.TABLE : Entry.PAGE) ? kind : Entry.ODD;
            }
            boolean block = type == ARM_BLOCK && (level == 2 || level == 3);
            return block && isAligned(frame(entry), level) ? Entry.PAGE : Entry.ODD;
        }

        @Override
        long frame(long entry) {
            return entry & ARM_FRAME;
        }

        @Override
        boolean isKernels(int index) {
            return true;
        }
    },
    /** RISC-V Privileged Architecture, sections "Sv39" to "Sv57". */
    RISCV64(4, 3, 5) {
        @Override
        Entry kind(long entry, int level) {
            long access = entry & RISCV_ACCESS;
            if ((entry & RISCV_VALID) == 0
                    || (entry & RISCV_RESERVED) != 0
                    || (access & RISCV_READ_WRITE) == RISCV_WRITE) {
                return Entry.ODD;
            }
            if (access == 0) {
                return level > 1 ? Entry.TABLE : Entry.ODD;
            }
            return isAligned(frame(entry), level) ? Entry.PAGE : Entry.ODD;
        }

        @Override
        long frame(long entry) {
            return (entry & RISCV_FRAME) << RISCV_FRAME_SHIFT;
        }

        @Override
        boolean isKernels(int index) {
            return index >= TablePage.ENTRIES / 2;
        }
    };

    /** What an entry that is not zero can be. */
    enum Entry {
        TABLE,
        /** A page, large or not. */
        PAGE,
        /** Not present, or with bits that no entry of that level has. */
        ODD
    }

    private static final long X86_PRESENT = 1;
    private static final long X86_LARGE = 0x80;
    private static final long X86_FRAME = 0x000F_FFFF_FFFF_F000L;
    private static final long X86_LARGE_2M_RESERVED = 0x1F_E000;
    private static final long X86_LARGE_1G_RESERVED = 0x3FFF_E000;

    private static final int ARM_TABLE_OR_PAGE = 3;
    private static final int ARM_BLOCK = 1;
    /**
     * Bits 2 to 11: of a page its memory type, shareability and access flag, some of which are always set. The processor
     * ignores them in a table's entry, and kernels leave them zero there, which tells the two apart.
     */
    private static final long ARM_ATTRIBUTES = 0xFFC;

    private static final long ARM_FRAME = 0x0000_FFFF_FFFF_F000L;

    private static final long RISCV_VALID = 1;
    private static final long RISCV_WRITE = 4;
    private static final long RISCV_READ_WRITE = 6;
    private static final long RISCV_ACCESS = 0xE;
    private static final long RISCV_FRAME = 0x003F_FFFF_FFFF_FC00L;
    private static final int RISCV_FRAME_SHIFT = 2;
    /** Bits 54 to 60. */
    private static final long RISCV_RESERVED = 0x1FC0_0000_0000_0000L;

    private static final int BITS_PER_LEVEL = 9;
    private static final int PAGE_BITS = 12;

    @SuppressWarnings("ImmutableEnumChecker") // Never written; only copies leave.
    private final int[] rootLevels;

    TableShape(int... rootLevels) {
        this.rootLevels = rootLevels;
    }

    /** The shape of a processor's tables. */
    static TableShape of(Processor processor) {
        return switch (processor) {
            case X86 -> X86;
            case ARM64 -> ARM64;
            case RISCV64 -> RISCV64;
            case OTHER -> throw new IllegalArgumentException("the tables of that processor are not known");
        };
    }

    /** How many levels there may be, the usual number first. A deeper tree shows its lower levels. */
    int[] rootLevels() {
        return rootLevels.clone();
    }

    /** What an entry that is not zero can be on a level. */
    abstract Entry kind(long entry, int level);

    /** The physical address an entry names. */
    abstract long frame(long entry);

    /** Whether a root's entry at that place belongs to the kernel. */
    abstract boolean isKernels(int index);

    private static boolean isAligned(long frame, int level) {
        return (frame & ((1L << (PAGE_BITS + BITS_PER_LEVEL * (level - 1))) - 1)) == 0;
    }
}
