package io.memflow.os.linux.page;

import io.memflow.os.linux.structure.AddressFacts;
import io.memflow.os.linux.structure.KernelVersion;
import java.util.Optional;

/**
 * How Linux uses an entry that the processor calls not present. Immutable.
 *
 * @param typeShift lowest bit of the swap type
 * @param typeBits bits of the swap type
 * @param offsetShift lowest bit of the swap offset
 * @param offsetBits bits of the swap offset
 * @param form how offsets and page frames are written
 * @param protectedBits when any of these is set, the entry holds a page that is there but forbidden to the processor
 * @param protectedLargeBits as {@code protectedBits}, for entries above the last level
 */
record EntryLayout(
        int typeShift,
        int typeBits,
        int offsetShift,
        int offsetBits,
        Form form,
        long protectedBits,
        long protectedLargeBits) {
    /** How an entry that is not present holds a number that names a page. */
    enum Form {
        PLAIN,
        /** All bits inverted, so that a processor with the L1TF flaw looks at memory that is not there. */
        INVERTED
    }

    /** The bit that makes an entry present on all of these architectures: {@code _PAGE_PRESENT}, {@code PTE_VALID}. */
    static final long PRESENT = 1;

    /** {@code _PAGE_PROTNONE} is {@code _PAGE_GLOBAL}, arch/x86/include/asm/pgtable_types.h. */
    private static final long X86_PROTNONE = 1 << 8;
    /** {@code _PAGE_PSE}: a large entry stays one while it is split ({@code pmd_present()}). */
    private static final long X86_LARGE = 1 << 7;
    /** {@code PTE_PFN_MASK}, arch/x86/include/asm/pgtable_types.h: bits 12 to 51. */
    private static final long X86_FRAME = 0x000F_FFFF_FFFF_F000L;
    /** {@code PTE_PROT_NONE} and {@code PMD_PRESENT_INVALID} up to 6.10, arch/arm64/include/asm/pgtable-prot.h. */
    private static final long ARM64_PROT_NONE = 3L << 58;
    /** {@code PTE_PRESENT_INVALID} is {@code PTE_NG} since 6.11. */
    private static final long ARM64_PRESENT_INVALID = 1 << 11;
    /** {@code _PAGE_PROT_NONE} is {@code _PAGE_GLOBAL}, arch/riscv/include/asm/pgtable-bits.h. */
    private static final long RISCV_PROT_NONE = 1 << 5;

    /** The layout of a kernel; empty for those whose layout is not known here: riscv64 before 6.3. */
    static Optional<EntryLayout> of(AddressFacts facts, KernelVersion version) {
        return switch (facts.architecture()) {
            case "x86-64" -> Optional.of(x86Wide());
            case "i386" -> Optional.of(facts.kernelFormat().entryBytes() == Long.BYTES ? x86Wide() : x86Narrow());
            case "arm64" -> Optional.of(arm64(version));
            case "riscv64" -> version.isAtLeast(6, 3) ? Optional.of(riscv64()) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /**
     * arch/x86/include/asm/pgtable_64.h and pgtable-3level.h: {@code TYPE (59-63) | ~OFFSET (9-58)}. 4.18.0 had another
     * one, which the fixes for L1TF replaced in 4.18.1 and in every distribution's 4.18.
     */
    private static EntryLayout x86Wide() {
        return new EntryLayout(59, 5, 9, 50, Form.INVERTED, X86_PROTNONE, X86_PROTNONE | X86_LARGE);
    }

    /** arch/x86/include/asm/pgtable-2level.h. */
    private static EntryLayout x86Narrow() {
        return new EntryLayout(1, 5, 9, 23, Form.PLAIN, X86_PROTNONE, X86_PROTNONE | X86_LARGE);
    }

    /** arch/arm64/include/asm/pgtable.h; 5.19 put the mark of exclusive pages into bit 2, 6.11 moved all of it. */
    private static EntryLayout arm64(KernelVersion version) {
        if (version.isAtLeast(6, 11)) {
            return new EntryLayout(6, 5, 12, 50, Form.PLAIN, ARM64_PRESENT_INVALID, ARM64_PRESENT_INVALID);
        }
        return version.isAtLeast(5, 19)
                ? new EntryLayout(3, 5, 8, 50, Form.PLAIN, ARM64_PROT_NONE, ARM64_PROT_NONE)
                : new EntryLayout(2, 6, 8, 50, Form.PLAIN, ARM64_PROT_NONE, ARM64_PROT_NONE);
    }

    /** arch/riscv/include/asm/pgtable.h. */
    private static EntryLayout riscv64() {
        return new EntryLayout(7, 5, 12, 52, Form.PLAIN, RISCV_PROT_NONE, RISCV_PROT_NONE);
    }

    /** Whether an entry that is not present, at a level, holds a page that only the processor must not use. */
    boolean isProtected(long entry, int level) {
        return (entry & (level == 1 ? protectedBits : protectedLargeBits)) != 0;
    }

    /**
     * A protected entry as it would be if the processor might use it.
     *
     * @param levelShift lowest virtual-address bit of the entry's level
     */
    long asPresent(long entry, int levelShift) {
        long frame = form == Form.INVERTED ? X86_FRAME & -(1L << levelShift) : 0;
        return (entry ^ frame) | PRESENT;
    }

    int type(long entry) {
        return (int) (entry >>> typeShift) & ((1 << typeBits) - 1);
    }

    long offset(long entry) {
        long written = form == Form.INVERTED ? ~entry : entry;
        return written >>> offsetShift & ((1L << offsetBits) - 1);
    }
}
