package io.memflow.os.linux.discovery;

import io.memflow.core.paging.Aarch64Granule;
import io.memflow.core.paging.Aarch64Paging;
import io.memflow.core.paging.Aarch64Paging.TopByte;
import io.memflow.core.paging.Aarch64Stage1;
import io.memflow.core.paging.CanonicalForm;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.RiscvPaging;
import io.memflow.core.paging.X86Paging;
import io.memflow.os.linux.discovery.EntryShape.Form;
import io.memflow.os.linux.structure.AddressFacts;
import java.util.List;

/**
 * The page-table formats Linux uses beyond x86-64's, grouped by the shape of their entries. Which of a group's formats a
 * kernel has follows from how many levels lie above its image. Sources: arch/arm64/Kconfig (ARM64_VA_BITS),
 * arch/riscv/include/asm/pgtable-64.h, arch/x86/include/asm/pgtable-{2,3}level_types.h. Immutable.
 *
 * @param name of the constant
 * @param shape what its entries look like
 * @param setups ways to set a processor up for its tables; of several that work alike the better one first
 */
record TableFamily(String name, EntryShape shape, List<Setup> setups) {
    private static final String ROOT_SYMBOL = "swapper_pg_dir";

    static final TableFamily ARM64_4K = new TableFamily(
            "ARM64_4K",
            arm64Shape(Aarch64Granule.KIB4),
            List.of(
                    arm64(Aarch64Granule.KIB4, 3, 39, 0),
                    arm64(Aarch64Granule.KIB4, 4, 48, 0),
                    arm64(Aarch64Granule.KIB4, 5, 52, 0)));

    static final TableFamily ARM64_16K = new TableFamily(
            "ARM64_16K",
            arm64Shape(Aarch64Granule.KIB16),
            List.of(
                    arm64(Aarch64Granule.KIB16, 2, 36, 0),
                    arm64(Aarch64Granule.KIB16, 3, 47, 0),
                    arm64(Aarch64Granule.KIB16, 4, 52, 0),
                    arm64(Aarch64Granule.KIB16, 4, 48, 0),
                    arm64(Aarch64Granule.KIB16, 4, 48, 30)));

    static final TableFamily ARM64_64K = new TableFamily(
            "ARM64_64K",
            arm64Shape(Aarch64Granule.KIB64),
            List.of(
                    arm64(Aarch64Granule.KIB64, 2, 42, 0),
                    arm64(Aarch64Granule.KIB64, 3, 52, 0),
                    arm64(Aarch64Granule.KIB64, 3, 48, 0),
                    arm64(Aarch64Granule.KIB64, 3, 48, 960)));

    static final TableFamily RISCV64 = new TableFamily(
            "RISCV64",
            // Bits V, R, W, X; a page that the kernel maps can be read. Bits 60 to 54 are reserved (RISC-V privileged
            // architecture, section 4.4.1), bits 53 to 10 are the frame number.
            new EntryShape(
                    Long.BYTES,
                    12,
                    new Form(0xF, 1),
                    new Form(3, 3),
                    new Form(3, 3),
                    0x3F_FFFF_FFFF_FC00L,
                    2,
                    0x7FL << 54),
            List.of(
                    single("riscv64", 3, RiscvPaging.SV39),
                    single("riscv64", 4, RiscvPaging.SV48),
                    single("riscv64", 5, RiscvPaging.SV57)));

    static final TableFamily I386_PAE = new TableFamily(
            "I386_PAE",
            // Bit 7 makes a page of a directory's entry; bits 62 to 52 are reserved (Intel SDM volume 3A, section 4.4).
            new EntryShape(
                    Long.BYTES,
                    12,
                    new Form(0x81, 1),
                    new Form(1, 1),
                    new Form(0x81, 0x81),
                    X86Paging.ADDRESS,
                    0,
                    0x7FFL << 52),
            List.of(single("i386", 3, X86Paging.PAE)));

    static final TableFamily I386 = new TableFamily(
            "I386",
            new EntryShape(
                    Integer.BYTES, 12, new Form(0x81, 1), new Form(1, 1), new Form(0x81, 0x81), 0xFFFF_F000L, 0, 0),
            List.of(single("i386", 2, X86Paging.BITS32)));

    static final List<TableFamily> ALL = List.of(ARM64_4K, ARM64_16K, ARM64_64K, RISCV64, I386_PAE, I386);

    TableFamily {
        setups = List.copyOf(setups);
    }

    /** The family of that name. */
    static TableFamily named(String name) {
        return ALL.stream()
                .filter(family -> family.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    /**
     * One way to set a processor up for tables of a family.
     *
     * @param depth levels from the root to the last
     * @param firstIndex entry of the kernel's root page where the root table begins: a kernel built for 52-bit addresses
     *     keeps a table for those, of which a processor with 48 uses the end (arch/arm64/include/asm/assembler.h,
     *     {@code offset_ttbr1})
     */
    record Setup(int depth, AddressFacts facts, int firstIndex) {
        PagingFormat format() {
            return facts.kernelFormat();
        }

        /**
         * Virtual address that a path of indices leads to.
         *
         * @param index entry of the root
         * @param below address bits that the levels below resolve
         * @return 0 when the root has no such entry, or it is none of the kernel's
         */
        long virtual(long index, long below) {
            int shift = format().levels().getFirst().shift();
            int indexBits = format().virtualBits() - shift;
            long entry = index - firstIndex;
            if (entry < 0 || entry >= 1L << indexBits) {
                return 0;
            }
            long address = entry << shift | below;
            return switch (format().canonicalForm()) {
                case ONES -> address | -1L << format().virtualBits();
                case SIGN_EXTENDED -> {
                    int spare = Long.SIZE - format().virtualBits();
                    long extended = address << spare >> spare;
                    yield extended < 0 ? extended : 0;
                }
                case ZEROS -> address;
            };
        }
    }

    /** The ways to set up tables of that many levels; of several that work alike the better one first. */
    List<Setup> setups(int depth) {
        return setups.stream().filter(setup -> setup.depth == depth).toList();
    }

    int mostLevels() {
        return setups.stream().mapToInt(Setup::depth).max().orElse(0);
    }

    /**
     * Bits 1 and 0 are 11 for a table or page and 01 for a block (Arm ARM, D8.3.1). Bits 49 and 48 are clear without LPA2,
     * and part of an address that no machine with Linux has memory at with it.
     */
    private static EntryShape arm64Shape(Aarch64Granule granule) {
        long address = (1L << 48) - 1 & -(1L << granule.pageBits());
        return new EntryShape(
                Long.BYTES, granule.pageBits(), new Form(3, 3), new Form(3, 3), new Form(3, 1), address, 0, 0x3L << 48);
    }

    private static Setup arm64(Aarch64Granule granule, int depth, int virtualBits, int firstIndex) {
        // Linux sets TCR_EL1.TBI0 always: the tags of user pointers are not translated (arch/arm64/mm/proc.S).
        PagingFormat user = Aarch64Paging.stage1(
                stage1(granule, virtualBits, CanonicalForm.ZEROS).topByte(TopByte.IGNORED));
        PagingFormat kernel = Aarch64Paging.stage1(stage1(granule, virtualBits, CanonicalForm.ONES));
        return new Setup(depth, new AddressFacts("arm64", kernel, user, ROOT_SYMBOL), firstIndex);
    }

    private static Aarch64Stage1 stage1(Aarch64Granule granule, int virtualBits, CanonicalForm half) {
        if (virtualBits <= 48) {
            return Aarch64Stage1.of(granule, virtualBits, half);
        }
        return granule == Aarch64Granule.KIB64
                ? Aarch64Stage1.of(granule, virtualBits, half).output(52)
                : Aarch64Stage1.lpa2(granule, virtualBits, half);
    }

    private static Setup single(String architecture, int depth, PagingFormat format) {
        return new Setup(depth, new AddressFacts(architecture, format, format, ROOT_SYMBOL), 0);
    }
}
