package io.memflow.core.paging;

import io.memflow.core.address.PageType;
import java.util.ArrayList;
import java.util.List;

/**
 * The page-table formats of AArch64 (VMSAv8-64), made from the facts that TCR and VTCR registers hold. Source: Arm ARM (DDI
 * 0487), chapter D8: D8.2 (translation process: granules, levels, start tables), D8.3 (descriptor formats), D8.4 (memory
 * access control), D8.5 (hardware updates: access flag and dirty state). {@link Aarch64Registers} reads the registers.
 *
 * <p>Levels are the architecture's in this class: 3 is the last, the first is -1, 0, 1, 2 or 3. A descriptor with bit 0 clear
 * is not present. Reserved are: bits [1:0] = 01 where no block may be (D8.3.1), and an address above the output size (the
 * processor's address size fault).
 *
 * <p>Not covered: 128-bit descriptors (FEAT_D128), permission indirection and overlays (FEAT_S1PIE, FEAT_S1POE, FEAT_S2PIE),
 * and the single-range regimes of EL2 without VHE and of EL3. SCTLR's WXN is not a fact of the tables.
 */
public final class Aarch64Paging {
    static final int LAST_LEVEL = 3;
    static final int FIRST_LEVEL = -1;
    /** At most 16 tables of stage 2 may stand side by side as one start table (D8.2, concatenated translation tables). */
    static final int MOST_CONCATENATED_BITS = 4;

    private static final long VALID = 1;
    private static final long TYPE = 3;
    private static final long TABLE_OR_PAGE = 3;
    private static final long BLOCK = 1;

    /** Highest address bit of a descriptor that is in place: bit 47, with LPA2 bit 49 (D8.3.1). */
    private static final long IN_PLACE = (1L << 48) - 1;

    private static final long IN_PLACE_LPA2 = (1L << 50) - 1;
    /** 64 KiB granule and 52 bits: address bits 51 to 48 in bits 15 to 12. */
    private static final AddressField LPA = new AddressField(0xF000, 48 - 12);
    /** LPA2: address bits 51 and 50 in bits 9 and 8. */
    private static final AddressField LPA2 = new AddressField(0x300, 50 - 8);
    /** With 52-bit addresses a start table is aligned to 64 bytes even when it is smaller (TTBR0_EL1, field BADDR). */
    private static final long LEAST_WIDE_TABLE = 64;

    // Stage 1: attributes of blocks and pages, and of tables (D8.3.1, VMSAv8-64 descriptor formats).
    private static final long AP_USER = 1L << 6;
    private static final long AP_READ_ONLY = 1L << 7;
    private static final long ACCESS_FLAG = 1L << 10;
    private static final long NOT_GLOBAL = 1L << 11;
    private static final long DIRTY_MODIFIER = 1L << 51;
    private static final long CONTIGUOUS = 1L << 52;
    private static final long PXN = 1L << 53;
    private static final long UXN = 1L << 54;
    private static final long PXN_TABLE = 1L << 59;
    private static final long UXN_TABLE = 1L << 60;
    private static final long AP_TABLE_NO_USER = 1L << 61;
    private static final long AP_TABLE_READ_ONLY = 1L << 62;

    // Stage 2: attributes of blocks and pages (D8.3.1). XN[1:0] are where stage 1 has UXN and PXN.
    private static final long S2AP_READ = 1L << 6;
    private static final long S2AP_WRITE = 1L << 7;
    private static final long XN_HIGH = 1L << 54;
    private static final long XN_LOW = 1L << 53;

    private static final List<EntryFlag> HIERARCHICAL = List.of(
            EntryFlag.set(PXN_TABLE, PageType.PRIVILEGED_NO_EXECUTE),
            EntryFlag.set(UXN_TABLE, PageType.USER_NO_EXECUTE),
            EntryFlag.set(AP_TABLE_NO_USER, PageType.SUPERVISOR),
            EntryFlag.set(AP_TABLE_READ_ONLY, PageType.READ_ONLY));

    /** How descriptors hold physical addresses. */
    public enum AddressForm {
        /** As without TCR.DS: 48 bits, or with the 64 KiB granule and an output size of 52 all 52 (FEAT_LPA). */
        PLAIN,
        /** TCR.DS or VTCR.DS is set: 52 bits with granules of 4 and 16 KiB (FEAT_LPA2). */
        LPA2
    }

    /** Whether the processor looks at address bits 63 to 56 (TCR.TBI0, TBI1). */
    public enum TopByte {
        CHECKED,
        IGNORED
    }

    /** Whether attributes of table descriptors limit what is below them (TCR.HPD0, HPD1). */
    public enum Hierarchy {
        APPLIES,
        DISABLED
    }

    /**
     * Who keeps the dirty state (TCR.HA and HD, VTCR.HA and HD; D8.5.2).
     *
     * <p>A page with DBM set may be written: hardware makes it dirty by clearing AP[2] (at stage 2 by setting S2AP[1]).
     * So in hardware's keeping DBM makes a page {@link PageType#WRITABLE}, and {@link PageType#DIRTY} when the write bit
     * already allows it. In software's keeping DBM says nothing, and dirty is not reported.
     */
    public enum DirtyState {
        SOFTWARE,
        HARDWARE
    }

    private Aarch64Paging() {}

    /** The format of one half of a stage 1 space. */
    public static PagingFormat stage1(Aarch64Stage1 facts) {
        Aarch64Granule granule = facts.granule();
        // The start level is the highest that still has address bits to resolve (D8.2, TxSZ).
        int startLevel = LAST_LEVEL;
        while (granule.shift(startLevel - 1) < facts.virtualBits()) {
            startLevel--;
        }
        Descriptors descriptors = new Descriptors(
                granule,
                facts.outputBits(),
                facts.form(),
                facts.hierarchy() == Hierarchy.APPLIES ? HIERARCHICAL : List.of(),
                stage1Leaf(facts.dirtyState()));
        return new PagingFormat(
                "AArch64 %s %s %d-bit".formatted(name(granule), half(facts.half()), facts.virtualBits()),
                Long.BYTES,
                Long.SIZE,
                facts.virtualBits(),
                facts.half(),
                facts.topByte() == TopByte.IGNORED ? Byte.SIZE : 0,
                rootMask(facts.virtualBits() - granule.shift(startLevel), facts.outputBits()),
                descriptors.levels(startLevel, facts.virtualBits()));
    }

    /** The format of a stage 2 tree. Guest-physical addresses are its virtual ones; its pages have no owner mode. */
    public static PagingFormat stage2(Aarch64Stage2 facts) {
        Descriptors descriptors = new Descriptors(
                facts.granule(), facts.outputBits(), facts.form(), List.of(), stage2Leaf(facts.dirtyState()));
        return new PagingFormat(
                "AArch64 stage 2 %s %d-bit".formatted(name(facts.granule()), facts.inputBits()),
                Long.BYTES,
                Long.SIZE,
                facts.inputBits(),
                CanonicalForm.ZEROS,
                0,
                rootMask(facts.inputBits() - facts.granule().shift(facts.startLevel()), facts.outputBits()),
                descriptors.levels(facts.startLevel(), facts.inputBits()));
    }

    static void checkAddresses(Aarch64Granule granule, int inputBits, int outputBits, AddressForm form) {
        boolean large = granule == Aarch64Granule.KIB64;
        if (form == AddressForm.LPA2 && large) {
            throw new IllegalArgumentException("LPA2 is a form of granules of 4 and 16 KiB");
        }
        boolean wide = form == AddressForm.LPA2 || large;
        int most = wide ? 52 : 48;
        // T0SZ is at most 48 with FEAT_TTST, 47 with the 64 KiB granule (D8.2, TxSZ).
        int least = Math.max(16, granule.pageBits() + 1);
        if (inputBits < least || inputBits > most) {
            throw new IllegalArgumentException(
                    "a granule of " + granule + " translates " + least + " to " + most + " bits, not " + inputBits);
        }
        if (outputBits < 32 || outputBits > most) {
            throw new IllegalArgumentException(
                    "a granule of " + granule + " gives 32 to " + most + " address bits, not " + outputBits);
        }
    }

    /** What TTBR bits are the address of a start table that resolves some address bits, after moved bits are back. */
    private static long rootMask(int rootIndexBits, int outputBits) {
        long tableBytes = (long) Long.BYTES << rootIndexBits;
        return outputBits > 48 ? (1L << 52) - 1 & -Math.max(tableBytes, LEAST_WIDE_TABLE) : IN_PLACE & -tableBytes;
    }

    private static List<EntryFlag> stage1Leaf(DirtyState dirtyState) {
        List<EntryFlag> flags = new ArrayList<>(List.of(
                EntryFlag.set(AP_USER, PageType.USER),
                EntryFlag.clear(AP_USER, PageType.SUPERVISOR),
                EntryFlag.clear(AP_READ_ONLY, PageType.WRITABLE),
                // What EL0 may write, EL1 may not execute (D8.4, instruction execution permissions).
                new EntryFlag(AP_USER | AP_READ_ONLY, AP_USER, EntryFlag.PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE),
                EntryFlag.set(ACCESS_FLAG, PageType.ACCESSED),
                EntryFlag.clear(NOT_GLOBAL, PageType.GLOBAL),
                EntryFlag.set(CONTIGUOUS, PageType.CONTIGUOUS),
                EntryFlag.set(PXN, PageType.PRIVILEGED_NO_EXECUTE),
                EntryFlag.set(UXN, PageType.USER_NO_EXECUTE)));
        if (dirtyState == DirtyState.SOFTWARE) {
            flags.add(EntryFlag.set(AP_READ_ONLY, PageType.READ_ONLY));
            return flags;
        }
        // With DBM set, AP[2] counts as clear for permissions and says whether the page is clean (D8.5.2).
        long both = AP_READ_ONLY | DIRTY_MODIFIER;
        flags.add(new EntryFlag(both, AP_READ_ONLY, PageType.READ_ONLY));
        flags.add(EntryFlag.set(both, PageType.WRITABLE));
        flags.add(EntryFlag.set(both | AP_USER, EntryFlag.PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE));
        flags.add(new EntryFlag(both, DIRTY_MODIFIER, PageType.DIRTY));
        return flags;
    }

    private static List<EntryFlag> stage2Leaf(DirtyState dirtyState) {
        List<EntryFlag> flags = new ArrayList<>(List.of(
                EntryFlag.clear(S2AP_READ, PageType.NO_READ),
                EntryFlag.set(S2AP_WRITE, PageType.WRITABLE),
                EntryFlag.set(ACCESS_FLAG, PageType.ACCESSED),
                EntryFlag.set(CONTIGUOUS, PageType.CONTIGUOUS),
                // XN[1:0] (D8.4, stage 2): 01 forbids EL1, 11 EL0, 10 both. Without FEAT_XNX the low bit is always 0.
                new EntryFlag(XN_HIGH | XN_LOW, XN_LOW, PageType.PRIVILEGED_NO_EXECUTE),
                new EntryFlag(XN_HIGH | XN_LOW, XN_HIGH | XN_LOW, PageType.USER_NO_EXECUTE),
                new EntryFlag(XN_HIGH | XN_LOW, XN_HIGH, PageType.NO_EXECUTE_AT_ALL)));
        if (dirtyState == DirtyState.SOFTWARE) {
            flags.add(EntryFlag.clear(S2AP_WRITE, PageType.READ_ONLY));
            return flags;
        }
        long both = S2AP_WRITE | DIRTY_MODIFIER;
        flags.add(EntryFlag.clear(both, PageType.READ_ONLY));
        flags.add(new EntryFlag(both, DIRTY_MODIFIER, PageType.WRITABLE));
        flags.add(EntryFlag.set(both, PageType.DIRTY));
        return flags;
    }

    /** The rows of one tree. */
    private record Descriptors(
            Aarch64Granule granule, int outputBits, AddressForm form, List<EntryFlag> table, List<EntryFlag> leaf) {
        List<PagingLevel> levels(int startLevel, int inputBits) {
            List<PagingLevel> levels = new ArrayList<>();
            for (int level = startLevel; level <= LAST_LEVEL; level++) {
                int shift = granule.shift(level);
                int indexBits = level == startLevel ? inputBits - shift : granule.indexBits();
                levels.add(new PagingLevel(shift, indexBits, rules(level, shift)));
            }
            return levels;
        }

        private List<EntryRule> rules(int level, int shift) {
            List<AddressField> frame = address(shift);
            long tooHigh = aboveOutput();
            EntryRule otherwise = EntryRule.reserved(VALID, VALID);
            if (level == LAST_LEVEL) {
                return List.of(EntryRule.page(TYPE | tooHigh, TABLE_OR_PAGE, shift, frame, leaf), otherwise);
            }
            EntryRule next = new EntryRule(
                    EntryRule.Kind.TABLE, TYPE | tooHigh, TABLE_OR_PAGE, 0, 0, address(granule.pageBits()), table);
            return hasBlocks(level)
                    ? List.of(next, EntryRule.page(TYPE | tooHigh, BLOCK, shift, frame, leaf), otherwise)
                    : List.of(next, otherwise);
        }

        /** Whether a level may map blocks (D8.3.1, block descriptors). */
        private boolean hasBlocks(int level) {
            boolean lpa2 = form == AddressForm.LPA2;
            return switch (granule) {
                case KIB4 -> level >= (lpa2 ? 0 : 1);
                case KIB16 -> level >= (lpa2 ? 1 : 2);
                case KIB64 -> level >= (outputBits > 48 ? 1 : 2);
            };
        }

        private List<AddressField> address(int lowestBit) {
            long inPlace = (form == AddressForm.LPA2 ? IN_PLACE_LPA2 : IN_PLACE) & -(1L << lowestBit);
            if (form == AddressForm.LPA2) {
                return List.of(AddressField.inPlace(inPlace), LPA2);
            }
            return outputBits > 48
                    ? List.of(AddressField.inPlace(inPlace), LPA)
                    : List.of(AddressField.inPlace(inPlace));
        }

        /** Descriptor bits that would make an address larger than the output size. */
        private long aboveOutput() {
            long bits = 0;
            for (AddressField field : address(granule.pageBits())) {
                bits |= field.encode(-1L << outputBits);
            }
            return bits;
        }
    }

    private static String name(Aarch64Granule granule) {
        return (1 << (granule.pageBits() - 10)) + "K";
    }

    private static String half(CanonicalForm half) {
        return half == CanonicalForm.ONES ? "upper" : "lower";
    }
}
