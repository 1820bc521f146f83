package io.memflow.core.paging;

import io.memflow.core.address.PageType;
import java.util.ArrayList;
import java.util.List;

/**
 * A made-up format with virtual and physical addresses of 128 bits, for no processor: it shows that nothing in the walkers
 * assumes 64 bits, and gives tests and synthetic targets a wide space.
 *
 * <p>Pages are 64 KiB. An entry has 16 bytes, little-endian: its upper half is address bits 127 to 64, bits 63 to 16 of its
 * lower half are address bits 63 to 16, and the lowest bits say what it is. A table of one page holds 4096 entries; ten
 * levels resolve the 112 bits above the page, the root (16 entries) the highest four. Level 2 can map pages of 256 MiB and
 * level 3 pages of 1 TiB.
 */
public final class WidePaging {
    /** The entry is present. */
    public static final long PRESENT = 1;

    public static final long WRITABLE = 1L << 1;
    public static final long USER = 1L << 2;
    public static final long NO_EXECUTE = 1L << 3;
    public static final long ACCESSED = 1L << 4;
    public static final long DIRTY = 1L << 5;
    public static final long GLOBAL = 1L << 6;
    /** The entry maps a page, although it is not of the last level. */
    public static final long LARGE = 1L << 7;
    /** Must be clear: bits 15 to 8. */
    public static final long RESERVED = 0xFF00;

    private static final int ENTRY_BYTES = 16;
    private static final int ADDRESS_BITS = 128;
    private static final int PAGE_SHIFT = 16;
    private static final int INDEX_BITS = 12;
    private static final int DEPTH = 10;
    private static final int HIGHEST_LARGE_LEVEL = 3;
    /** Every bit of the upper half is an address bit. */
    private static final long UPPER = -1L;

    private static final long ADDRESS = -1L << PAGE_SHIFT;

    private static final List<EntryFlag> TABLE = List.of(
            EntryFlag.clear(WRITABLE, PageType.READ_ONLY),
            EntryFlag.clear(USER, PageType.SUPERVISOR),
            EntryFlag.set(NO_EXECUTE, PageType.NO_EXECUTE_AT_ALL));
    private static final List<EntryFlag> PAGE = List.of(
            EntryFlag.clear(WRITABLE, PageType.READ_ONLY),
            EntryFlag.set(WRITABLE, PageType.WRITABLE),
            EntryFlag.clear(USER, PageType.SUPERVISOR),
            EntryFlag.set(USER, PageType.USER),
            EntryFlag.set(NO_EXECUTE, PageType.NO_EXECUTE_AT_ALL),
            EntryFlag.set(ACCESSED, PageType.ACCESSED),
            EntryFlag.set(DIRTY, PageType.DIRTY),
            EntryFlag.set(GLOBAL, PageType.GLOBAL));

    /** The format. */
    public static final PagingFormat FORMAT = format();

    private WidePaging() {}

    private static PagingFormat format() {
        List<PagingLevel> levels = new ArrayList<>();
        for (int level = DEPTH; level >= 1; level--) {
            int shift = PAGE_SHIFT + INDEX_BITS * (level - 1);
            int indexBits = Math.min(INDEX_BITS, ADDRESS_BITS - shift);
            levels.add(new PagingLevel(shift, indexBits, rules(level, shift)));
        }
        return new PagingFormat(
                "synthetic 128-bit", ENTRY_BYTES, ADDRESS_BITS, ADDRESS_BITS, CanonicalForm.ZEROS, 0, ADDRESS, levels);
    }

    private static List<EntryRule> rules(int level, int shift) {
        List<EntryRule> rules = new ArrayList<>();
        if (level > 1) {
            rules.add(rule(EntryRule.Kind.TABLE, PRESENT | LARGE | RESERVED, PRESENT, 0, ADDRESS, TABLE));
        }
        if (level <= HIGHEST_LARGE_LEVEL) {
            long large = level > 1 ? LARGE : 0;
            // Address bits inside a large page must be clear.
            long inside = (1L << shift) - (1L << PAGE_SHIFT);
            long mask = PRESENT | large | RESERVED | inside;
            rules.add(rule(EntryRule.Kind.PAGE, mask, PRESENT | large, shift, -1L << shift, PAGE));
        }
        rules.add(EntryRule.reserved(PRESENT, PRESENT));
        return rules;
    }

    private static EntryRule rule(
            EntryRule.Kind kind, long mask, long value, int sizeBits, long address, List<EntryFlag> flags) {
        return new EntryRule(kind, mask, value, sizeBits, UPPER, List.of(AddressField.inPlace(address)), flags);
    }
}
