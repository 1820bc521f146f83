package io.memflow.core.paging;

import io.memflow.core.address.PageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The page-table formats of RISC-V. Source: The RISC-V Instruction Set Manual, volume II (privileged architecture, version
 * 20240411): sections "Sv32", "Sv39", "Sv48" and "Sv57" of the supervisor chapter with their "Virtual Address Translation
 * Process", the chapters "Svnapot" and "Svpbmt", and "Guest Physical Address Translation" of the hypervisor chapter.
 * {@link RiscvRegisters} reads the registers.
 *
 * <p>Reserved is what raises a page fault although V is set: W without R, bits 60 to 54, D, A, U, PBMT or N in an entry that
 * names a table, a large page that is not aligned, PBMT 3, and N with any size but 64 KiB. (W without R and X is a shadow
 * stack page where Zicfiss is in use; it counts as reserved here.)
 */
public final class RiscvPaging {
    private static final long VALID = 1;
    private static final long READ = 1L << 1;
    private static final long WRITE = 1L << 2;
    private static final long EXECUTE = 1L << 3;
    private static final long USER = 1L << 4;
    private static final long GLOBAL = 1L << 5;
    private static final long ACCESSED = 1L << 6;
    private static final long DIRTY = 1L << 7;
    private static final long RIGHTS = READ | WRITE | EXECUTE;
    /** Bits that are reserved in an entry that names a table. */
    private static final long NOT_IN_TABLES = DIRTY | ACCESSED | USER;

    /** Of 8-byte entries: bits 60 to 54. */
    private static final long RESERVED = 0x7FL << 54;

    private static final long PBMT = 3L << 61;
    private static final long NAPOT = 1L << 63;
    /** The lowest four bits of the page number of a 64 KiB range, and what they must be: 1000. */
    private static final long NAPOT_SIZE = 0xFL << 10;

    private static final long NAPOT_64K = 0x8L << 10;
    private static final int NAPOT_BITS = 16;

    /** The page number stands two bits lower in an entry than in an address. */
    private static final int NUMBER_SHIFT = 12 - 10;

    private static final int PAGE_BITS = 12;
    /** The root table of a G-stage is four pages: two more index bits. */
    private static final int WIDER_ROOT_BITS = 2;

    private static final List<EntryFlag> TABLE = List.of(EntryFlag.set(GLOBAL, PageType.GLOBAL));
    private static final List<EntryFlag> ACCESS = List.of(
            EntryFlag.clear(READ, PageType.NO_READ),
            EntryFlag.set(WRITE, PageType.WRITABLE),
            EntryFlag.clear(WRITE, PageType.READ_ONLY),
            EntryFlag.clear(EXECUTE, PageType.NO_EXECUTE_AT_ALL),
            EntryFlag.set(ACCESSED, PageType.ACCESSED),
            EntryFlag.set(DIRTY, PageType.DIRTY));
    /** Supervisor mode never executes what user mode may. */
    private static final List<EntryFlag> PAGE = with(
            ACCESS,
            EntryFlag.set(USER, PageType.USER | PageType.PRIVILEGED_NO_EXECUTE),
            EntryFlag.clear(USER, PageType.SUPERVISOR),
            EntryFlag.set(GLOBAL, PageType.GLOBAL));
    /** All accesses to guest-physical memory count as user mode's: without U nobody may do anything. G means nothing. */
    private static final List<EntryFlag> GUEST_PAGE =
            with(ACCESS, EntryFlag.clear(USER, PageType.NO_READ | PageType.READ_ONLY | PageType.NO_EXECUTE_AT_ALL));

    /** A scheme of address translation: its entries, levels and address width. */
    public enum Scheme {
        SV32("Sv32", Integer.BYTES, 2),
        SV39("Sv39", Long.BYTES, 3),
        SV48("Sv48", Long.BYTES, 4),
        SV57("Sv57", Long.BYTES, 5);

        private final String title;
        private final int entryBytes;
        private final int depth;

        Scheme(String title, int entryBytes, int depth) {
            this.title = title;
            this.entryBytes = entryBytes;
            this.depth = depth;
        }

        private int indexBits() {
            return PAGE_BITS - Integer.numberOfTrailingZeros(entryBytes);
        }

        private int virtualBits() {
            return PAGE_BITS + depth * indexBits();
        }

        /** Where an entry holds the page number: bits 31 to 10 of 4-byte entries, 53 to 10 of 8-byte ones. */
        private long number() {
            return this == SV32 ? 0xFFFF_FC00L : 0x003F_FFFF_FFFF_FC00L;
        }
    }

    /** What a tree translates. */
    public enum Stage {
        /** Virtual addresses (satp, vsatp). */
        SUPERVISOR,
        /** Guest-physical addresses (hgatp): Sv32x4, Sv39x4, Sv48x4, Sv57x4. */
        GUEST
    }

    /** Extensions that give bits 63 to 61 of 8-byte entries a meaning. Without them the bits are reserved. */
    public enum Extension {
        /** Ranges of 64 KiB (N, bit 63). */
        SVNAPOT,
        /** Memory types (PBMT, bits 62 and 61). */
        SVPBMT
    }

    private static final Set<Extension> ALL = Set.of(Extension.values());

    // With every extension, because which of them a processor has is not in its tables.
    public static final PagingFormat SV32 = of(Scheme.SV32, Stage.SUPERVISOR, ALL);
    public static final PagingFormat SV39 = of(Scheme.SV39, Stage.SUPERVISOR, ALL);
    public static final PagingFormat SV48 = of(Scheme.SV48, Stage.SUPERVISOR, ALL);
    public static final PagingFormat SV57 = of(Scheme.SV57, Stage.SUPERVISOR, ALL);
    public static final PagingFormat SV32X4 = of(Scheme.SV32, Stage.GUEST, ALL);
    public static final PagingFormat SV39X4 = of(Scheme.SV39, Stage.GUEST, ALL);
    public static final PagingFormat SV48X4 = of(Scheme.SV48, Stage.GUEST, ALL);
    public static final PagingFormat SV57X4 = of(Scheme.SV57, Stage.GUEST, ALL);

    private RiscvPaging() {}

    /** The format of a scheme on a processor with some extensions. */
    public static PagingFormat of(Scheme scheme, Stage stage, Set<Extension> extensions) {
        boolean guest = stage == Stage.GUEST;
        int widerBits = guest ? WIDER_ROOT_BITS : 0;
        List<PagingLevel> levels = new ArrayList<>();
        for (int level = scheme.depth; level >= 1; level--) {
            int shift = PAGE_BITS + scheme.indexBits() * (level - 1);
            int indexBits = scheme.indexBits() + (level == scheme.depth ? widerBits : 0);
            levels.add(new PagingLevel(shift, indexBits, rules(scheme, level, shift, stage, extensions)));
        }
        boolean narrow = scheme == Scheme.SV32 && !guest;
        return new PagingFormat(
                "RISC-V " + scheme.title + (guest ? "x4" : ""),
                scheme.entryBytes,
                narrow ? Integer.SIZE : Long.SIZE,
                scheme.virtualBits() + widerBits,
                narrow || guest ? CanonicalForm.ZEROS : CanonicalForm.SIGN_EXTENDED,
                0,
                scheme.number() << NUMBER_SHIFT & -(1L << (PAGE_BITS + widerBits)),
                levels);
    }

    private static List<EntryRule> rules(Scheme scheme, int level, int shift, Stage stage, Set<Extension> extensions) {
        boolean wide = scheme.entryBytes == Long.BYTES;
        long upperBits = wide ? RESERVED | NAPOT | PBMT : 0;
        List<EntryFlag> flags = stage == Stage.GUEST ? GUEST_PAGE : PAGE;
        List<EntryRule> rules = new ArrayList<>();
        if (level > 1) {
            rules.add(EntryRule.table(
                    VALID | RIGHTS | NOT_IN_TABLES | upperBits,
                    VALID,
                    new AddressField(scheme.number(), NUMBER_SHIFT),
                    stage == Stage.GUEST ? List.of() : TABLE));
        }
        // Page-number bits that a large page leaves to the address must be 0.
        long misaligned = scheme.number() & (1L << (shift - NUMBER_SHIFT)) - 1;
        AddressField frame = new AddressField(scheme.number() & ~misaligned, NUMBER_SHIFT);
        addPages(rules, upperBits | misaligned, 0, shift, frame, flags);
        if (wide && extensions.contains(Extension.SVPBMT)) {
            rules.add(EntryRule.reserved(VALID | PBMT, VALID | PBMT));
            addPages(rules, (upperBits & ~PBMT) | misaligned, 0, shift, frame, flags);
        }
        if (wide && level == 1 && extensions.contains(Extension.SVNAPOT)) {
            long memoryTypes = extensions.contains(Extension.SVPBMT) ? PBMT : 0;
            AddressField range = new AddressField(scheme.number() & ~NAPOT_SIZE, NUMBER_SHIFT);
            addPages(rules, (upperBits & ~memoryTypes) | NAPOT_SIZE, NAPOT | NAPOT_64K, NAPOT_BITS, range, flags);
        }
        rules.add(EntryRule.reserved(VALID, VALID));
        return rules;
    }

    /** The two legal kinds of page: readable, or only executable. */
    private static void addPages(
            List<EntryRule> rules, long mask, long value, int sizeBits, AddressField frame, List<EntryFlag> flags) {
        List<AddressField> address = List.of(frame);
        rules.add(EntryRule.page(mask | VALID | READ, value | VALID | READ, sizeBits, address, flags));
        rules.add(EntryRule.page(mask | VALID | RIGHTS, value | VALID | EXECUTE, sizeBits, address, flags));
    }

    private static List<EntryFlag> with(List<EntryFlag> flags, EntryFlag... more) {
        List<EntryFlag> all = new ArrayList<>(flags);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }
}
