package io.memflow.core.paging;

import io.memflow.core.address.PageType;
import java.util.ArrayList;
import java.util.List;

/**
 * The page-table formats of 32-bit ARM: short descriptors (sections, supersections, large and small pages) and long ones
 * (LPAE). Source: ARM ARM, ARMv7-A edition (DDI 0406C), chapter B3: B3.5 (short-descriptor format), B3.6
 * (long-descriptor format), B3.7 (memory access control). ARMv8's AArch32 has
 * the same formats (DDI 0487, chapter G5). {@link ArmRegisters} reads the registers.
 *
 * <p>Permissions are those of a domain whose manager is "client". Short descriptors can let user mode read what only
 * privileged modes write (AP = 010): such a page is {@link PageType#USER} and {@link PageType#WRITABLE}. Bit 0 of a
 * section is taken as PXN, which processors without PXN reserve.
 */
public final class ArmPaging {
    private static final int ADDRESS_BITS = 32;

    // Short descriptors, first level (B3.5.1): bits [1:0] are 00 absent, 01 a table, 1x a section.
    private static final long TYPE = 3;
    private static final long TABLE = 1;
    private static final long SECTION = 2;
    private static final long SUPERSECTION = 1L << 18;
    private static final long TABLE_PXN = 1L << 2;
    private static final long SECTION_PXN = 1;
    private static final long SECTION_XN = 1L << 4;
    private static final long SECTION_NOT_GLOBAL = 1L << 17;
    private static final Access SECTION_ACCESS = new Access(1L << 15, 1L << 11, 1L << 10);
    private static final int SECTION_BITS = 20;
    private static final int SUPERSECTION_BITS = 24;
    private static final long TABLE_FRAME = 0xFFFF_FC00L;
    private static final long SECTION_FRAME = 0xFFF0_0000L;
    private static final long SUPERSECTION_FRAME = 0xFF00_0000L;
    /** Of a supersection: address bits 35 to 32 in bits 23 to 20, 39 to 36 in bits 8 to 5. */
    private static final AddressField SUPERSECTION_HIGH = new AddressField(0x00F0_0000L, 32 - 20);

    private static final AddressField SUPERSECTION_HIGHEST = new AddressField(0x1E0, 36 - 5);

    // Short descriptors, second level (B3.5.1): bits [1:0] are 00 absent, 01 a large page, 1x a small one.
    private static final long LARGE_PAGE = 1;
    private static final long SMALL_PAGE = 2;
    private static final long LARGE_XN = 1L << 15;
    private static final long SMALL_XN = 1;
    private static final long PAGE_NOT_GLOBAL = 1L << 11;
    private static final Access PAGE_ACCESS = new Access(1L << 9, 1L << 5, 1L << 4);
    private static final int LARGE_PAGE_BITS = 16;
    private static final int SMALL_PAGE_BITS = 12;
    private static final long LARGE_FRAME = 0xFFFF_0000L;
    private static final long SMALL_FRAME = 0xFFFF_F000L;

    // Long descriptors (B3.6.1 and B3.6.2): the layout that AArch64's stage 1 later took over.
    private static final long VALID = 1;
    private static final long BLOCK = 1;
    private static final long NEXT = 3;
    /** Address bits 39 to 12; ARMv8 makes bits 47 to 40 of a descriptor an address size fault. */
    private static final long LONG_FRAME = 0x00FF_FFFF_F000L;

    private static final long LONG_TOO_HIGH = 0xFF00_0000_0000L;
    private static final int LONG_INDEX_BITS = 9;
    private static final int LONG_LEVELS = 3;
    private static final List<EntryFlag> LONG_TABLE = List.of(
            EntryFlag.set(1L << 59, PageType.PRIVILEGED_NO_EXECUTE),
            EntryFlag.set(1L << 60, PageType.NO_EXECUTE_AT_ALL),
            EntryFlag.set(1L << 61, PageType.SUPERVISOR),
            EntryFlag.set(1L << 62, PageType.READ_ONLY));
    private static final List<EntryFlag> LONG_PAGE = List.of(
            EntryFlag.set(1L << 6, PageType.USER),
            EntryFlag.clear(1L << 6, PageType.SUPERVISOR),
            EntryFlag.set(1L << 7, PageType.READ_ONLY),
            EntryFlag.clear(1L << 7, PageType.WRITABLE),
            EntryFlag.set(1L << 10, PageType.ACCESSED),
            EntryFlag.clear(1L << 11, PageType.GLOBAL),
            EntryFlag.set(1L << 52, PageType.CONTIGUOUS),
            EntryFlag.set(1L << 53, PageType.PRIVILEGED_NO_EXECUTE),
            EntryFlag.set(1L << 54, PageType.NO_EXECUTE_AT_ALL));

    /** What AP[0] of a short descriptor is (SCTLR.AFE). */
    public enum AccessFlag {
        /** SCTLR.AFE clear: a permission bit; there is no access flag. */
        NONE,
        /** SCTLR.AFE set: the access flag; AP[2:1] alone are the permissions. */
        AP0
    }

    /** The whole 32-bit space in short descriptors, as Linux without LPAE sets it up. */
    public static final PagingFormat SHORT = shortDescriptors(ADDRESS_BITS, AccessFlag.NONE);
    /** The whole 32-bit space in long descriptors (LPAE). */
    public static final PagingFormat LPAE = longDescriptors(ADDRESS_BITS, CanonicalForm.ZEROS);

    private ArmPaging() {}

    /**
     * Short descriptors below one root. TTBR0's root table shrinks with the space it serves; TTBR1's always is whole.
     *
     * @param virtualBits 32 less TTBCR.N for TTBR0: 25 to 32; 32 for TTBR1, although the addresses that TTBR0 serves never
     *     reach it
     * @throws IllegalArgumentException when there is no such size
     */
    public static PagingFormat shortDescriptors(int virtualBits, AccessFlag accessFlag) {
        checkSize(virtualBits);
        int rootIndexBits = virtualBits - SECTION_BITS;
        long rootBytes = (long) Integer.BYTES << rootIndexBits;
        return new PagingFormat(
                "ARM short-descriptor " + virtualBits + "-bit",
                Integer.BYTES,
                ADDRESS_BITS,
                virtualBits,
                CanonicalForm.ZEROS,
                0,
                0xFFFF_FFFFL & -rootBytes,
                List.of(
                        new PagingLevel(SECTION_BITS, rootIndexBits, firstLevel(accessFlag)),
                        new PagingLevel(SMALL_PAGE_BITS, SECTION_BITS - SMALL_PAGE_BITS, secondLevel(accessFlag))));
    }

    private static List<EntryRule> firstLevel(AccessFlag accessFlag) {
        List<EntryRule> rules = new ArrayList<>();
        rules.add(EntryRule.table(
                TYPE,
                TABLE,
                AddressField.inPlace(TABLE_FRAME),
                List.of(EntryFlag.set(TABLE_PXN, PageType.PRIVILEGED_NO_EXECUTE))));
        List<EntryFlag> flags = new ArrayList<>(SECTION_ACCESS.flags(accessFlag));
        flags.add(EntryFlag.set(SECTION_XN, PageType.NO_EXECUTE_AT_ALL));
        flags.add(EntryFlag.set(SECTION_PXN, PageType.PRIVILEGED_NO_EXECUTE));
        flags.add(EntryFlag.clear(SECTION_NOT_GLOBAL, PageType.GLOBAL));
        SECTION_ACCESS.addReserved(rules, SECTION, accessFlag);
        rules.add(EntryRule.page(
                SECTION | SUPERSECTION, SECTION, SECTION_BITS, List.of(AddressField.inPlace(SECTION_FRAME)), flags));
        rules.add(EntryRule.page(
                SECTION | SUPERSECTION,
                SECTION | SUPERSECTION,
                SUPERSECTION_BITS,
                List.of(AddressField.inPlace(SUPERSECTION_FRAME), SUPERSECTION_HIGH, SUPERSECTION_HIGHEST),
                flags));
        return rules;
    }

    private static List<EntryRule> secondLevel(AccessFlag accessFlag) {
        List<EntryFlag> common = new ArrayList<>(PAGE_ACCESS.flags(accessFlag));
        common.add(EntryFlag.clear(PAGE_NOT_GLOBAL, PageType.GLOBAL));
        List<EntryFlag> small = new ArrayList<>(common);
        small.add(EntryFlag.set(SMALL_XN, PageType.NO_EXECUTE_AT_ALL));
        List<EntryFlag> large = new ArrayList<>(common);
        large.add(EntryFlag.set(LARGE_XN, PageType.NO_EXECUTE_AT_ALL));
        List<EntryRule> rules = new ArrayList<>();
        PAGE_ACCESS.addReserved(rules, SMALL_PAGE, accessFlag);
        rules.add(EntryRule.page(
                SMALL_PAGE, SMALL_PAGE, SMALL_PAGE_BITS, List.of(AddressField.inPlace(SMALL_FRAME)), small));
        PAGE_ACCESS.addReserved(rules, LARGE_PAGE, accessFlag);
        rules.add(EntryRule.page(TYPE, LARGE_PAGE, LARGE_PAGE_BITS, List.of(AddressField.inPlace(LARGE_FRAME)), large));
        return rules;
    }

    /**
     * Long descriptors (LPAE) below one root. Spaces of 31 and 32 bits start at level 1, smaller ones at level 2.
     *
     * @param virtualBits 32 less TTBCR.T0SZ or T1SZ: 25 to 32
     * @param half {@link CanonicalForm#ZEROS} for TTBR0's, {@link CanonicalForm#ONES} for TTBR1's
     * @throws IllegalArgumentException when there is no such size
     */
    public static PagingFormat longDescriptors(int virtualBits, CanonicalForm half) {
        checkSize(virtualBits);
        List<PagingLevel> levels = new ArrayList<>();
        for (int level = 1; level <= LONG_LEVELS; level++) {
            int shift = SMALL_PAGE_BITS + LONG_INDEX_BITS * (LONG_LEVELS - level);
            if (shift < virtualBits) {
                levels.add(new PagingLevel(
                        shift, Math.min(LONG_INDEX_BITS, virtualBits - shift), longLevel(level, shift)));
            }
        }
        long rootBytes = (long) Long.BYTES << levels.getFirst().indexBits();
        return new PagingFormat(
                "ARM LPAE " + (half == CanonicalForm.ONES ? "upper " : "") + virtualBits + "-bit",
                Long.BYTES,
                ADDRESS_BITS,
                virtualBits,
                half,
                0,
                // TTBR bits 39 down to the table's size; the ASID is above, CnP below.
                0x00FF_FFFF_FFFFL & -rootBytes,
                levels);
    }

    private static List<EntryRule> longLevel(int level, int shift) {
        List<AddressField> frame = List.of(AddressField.inPlace(LONG_FRAME & -(1L << shift)));
        EntryRule otherwise = EntryRule.reserved(VALID, VALID);
        if (level == LONG_LEVELS) {
            return List.of(EntryRule.page(NEXT | LONG_TOO_HIGH, NEXT, shift, frame, LONG_PAGE), otherwise);
        }
        return List.of(
                EntryRule.table(NEXT | LONG_TOO_HIGH, NEXT, AddressField.inPlace(LONG_FRAME), LONG_TABLE),
                EntryRule.page(NEXT | LONG_TOO_HIGH, BLOCK, shift, frame, LONG_PAGE),
                otherwise);
    }

    private static void checkSize(int virtualBits) {
        if (virtualBits < 25 || virtualBits > ADDRESS_BITS) {
            throw new IllegalArgumentException("a root of 32-bit ARM serves 25 to 32 address bits, not " + virtualBits);
        }
    }

    /** Where a short descriptor keeps its access permissions: the masks of AP[2], AP[1] and AP[0]. */
    private record Access(long ap2, long ap1, long ap0) {
        private long all() {
            return ap2 | ap1 | ap0;
        }

        /** AP = 100 is reserved where AP[0] is a permission bit (B3.7.1). */
        void addReserved(List<EntryRule> rules, long type, AccessFlag accessFlag) {
            if (accessFlag == AccessFlag.NONE) {
                rules.add(EntryRule.reserved(reservedMask(type) | all(), type | ap2));
            }
        }

        /** Types 1 are told by both type bits, types 1x by one. */
        private static long reservedMask(long type) {
            return type == LARGE_PAGE ? TYPE : type;
        }

        List<EntryFlag> flags(AccessFlag accessFlag) {
            if (accessFlag == AccessFlag.AP0) {
                // B3.7.1, AP[2:1] model: AP[2] forbids writes, AP[1] allows user mode.
                return List.of(
                        EntryFlag.set(ap2, PageType.READ_ONLY),
                        EntryFlag.clear(ap2, PageType.WRITABLE),
                        EntryFlag.set(ap1, PageType.USER),
                        EntryFlag.clear(ap1, PageType.SUPERVISOR),
                        EntryFlag.set(ap0, PageType.ACCESSED));
            }
            // B3.7.1, AP[2:0] model. 000 allows nobody anything, not even to execute, which needs a right to read
            // (B3.7.2).
            int nothing = PageType.NO_READ | PageType.READ_ONLY | PageType.SUPERVISOR | PageType.NO_EXECUTE_AT_ALL;
            return List.of(
                    new EntryFlag(all(), 0, nothing),
                    new EntryFlag(all(), ap0, PageType.WRITABLE | PageType.SUPERVISOR),
                    new EntryFlag(all(), ap1, PageType.WRITABLE | PageType.USER),
                    new EntryFlag(all(), ap1 | ap0, PageType.WRITABLE | PageType.USER),
                    new EntryFlag(all(), ap2 | ap0, PageType.READ_ONLY | PageType.SUPERVISOR),
                    new EntryFlag(ap2 | ap1, ap2 | ap1, PageType.READ_ONLY | PageType.USER));
        }
    }
}
