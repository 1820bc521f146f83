package io.memflow.core.paging;

import io.memflow.core.address.PageType;
import java.util.ArrayList;
import java.util.List;

/**
 * The page-table formats of x86. Source: Intel SDM volume 3A, chapter 4: section 4.3 (32-bit paging, tables 4-3 to 4-6),
 * 4.4 (PAE paging, tables 4-7 to 4-12), 4.5 (4-level and 5-level paging, tables 4-14 to 4-20) and 4.6 (access rights). AMD's
 * nested paging uses the same tables for guest-physical addresses (AMD APM volume 2, section 15.25).
 *
 * <p>Reserved are the forms every processor reserves. How many physical-address bits a processor has is not in its tables,
 * so address bits above that count are taken as they are.
 */
public final class X86Paging {
    private static final long PRESENT = 1L;
    private static final long WRITABLE = 1L << 1;
    private static final long USER = 1L << 2;
    private static final long ACCESSED = 1L << 5;
    private static final long DIRTY = 1L << 6;
    private static final long PAGE_SIZE = 1L << 7;
    private static final long GLOBAL = 1L << 8;
    private static final long NO_EXECUTE = 1L << 63;
    /** Address bits of an 8-byte entry, 51 to 12: the architecture limits physical addresses to 52 bits. */
    public static final long ADDRESS = 0x000F_FFFF_FFFF_F000L;
    /** Bits 31 to 12 of a 4-byte entry. */
    private static final long ADDRESS_32 = 0xFFFF_F000L;
    /** Of a 4 MiB page of 32-bit paging: bits 31 to 22, and address bits 39 to 32 in bits 20 to 13 (PSE-36). */
    private static final long ADDRESS_4M = 0xFFC0_0000L;

    private static final long PSE36 = 0x001F_E000L;
    private static final int PSE36_SHIFT = 32 - 13;
    private static final long RESERVED_4M = 1L << 21;
    /** In an entry that maps a large page, bit 12 is PAT; the bits from 13 up to the page's frame are reserved. */
    private static final int LARGE_RESERVED_FROM = 13;

    /** Ignored in the entries of 64-bit mode, bits 62 to 52 are reserved in those of PAE paging (tables 4-8 to 4-11). */
    private static final long PAE_RESERVED = 0x7FFL << 52;

    private static final int PAGE_SHIFT = 12;
    private static final int INDEX_BITS = 9;
    private static final int INDEX_BITS_32 = 10;

    private static final List<EntryFlag> TABLE_32 =
            List.of(EntryFlag.clear(WRITABLE, PageType.READ_ONLY), EntryFlag.clear(USER, PageType.SUPERVISOR));
    private static final List<EntryFlag> TABLE = with(TABLE_32, EntryFlag.set(NO_EXECUTE, PageType.NO_EXECUTE_AT_ALL));
    private static final List<EntryFlag> PAGE_32 = with(
            TABLE_32,
            EntryFlag.set(WRITABLE, PageType.WRITABLE),
            EntryFlag.set(USER, PageType.USER),
            EntryFlag.set(ACCESSED, PageType.ACCESSED),
            EntryFlag.set(DIRTY, PageType.DIRTY),
            EntryFlag.set(GLOBAL, PageType.GLOBAL));
    private static final List<EntryFlag> PAGE = with(PAGE_32, EntryFlag.set(NO_EXECUTE, PageType.NO_EXECUTE_AT_ALL));

    /** 32-bit paging with 4 MiB pages and PSE-36: CR4.PSE set, CR4.PAE clear. */
    public static final PagingFormat BITS32 = bits32("x86 32-bit", largePages32());
    /** 32-bit paging in pages of 4 KiB only: CR4.PSE and CR4.PAE clear. Bit 7 of a directory entry means nothing. */
    public static final PagingFormat BITS32_SMALL_PAGES = bits32(
            "x86 32-bit without 4 MiB pages",
            List.of(EntryRule.table(PRESENT, PRESENT, AddressField.inPlace(ADDRESS_32), TABLE_32)));

    /** 32-bit addresses in three levels with 8-byte entries: CR4.PAE set outside 64-bit mode. */
    public static final PagingFormat PAE = pae();
    /** Four levels, 48-bit virtual addresses. */
    public static final PagingFormat LEVEL4 = longMode("x86-64 4-level", 4);
    /** Five levels (LA57), 57-bit virtual addresses. */
    public static final PagingFormat LEVEL5 = longMode("x86-64 5-level", 5);

    /** AMD's nested tables of a host with four levels: 48-bit guest-physical addresses. */
    public static final PagingFormat NESTED4 = nested("AMD nested 4-level", LEVEL4);
    /** AMD's nested tables of a host with five levels: 57-bit guest-physical addresses. */
    public static final PagingFormat NESTED5 = nested("AMD nested 5-level", LEVEL5);

    private X86Paging() {}

    /** The same tables for guest-physical addresses, which have no sign. */
    private static PagingFormat nested(String name, PagingFormat linear) {
        return new PagingFormat(
                name,
                linear.entryBytes(),
                linear.addressBits(),
                linear.virtualBits(),
                CanonicalForm.ZEROS,
                0,
                linear.rootMask(),
                linear.levels());
    }

    private static PagingFormat bits32(String name, List<EntryRule> directory) {
        List<AddressField> frame = List.of(AddressField.inPlace(ADDRESS_32));
        return new PagingFormat(
                name,
                Integer.BYTES,
                Integer.SIZE,
                Integer.SIZE,
                CanonicalForm.ZEROS,
                0,
                ADDRESS_32,
                List.of(
                        new PagingLevel(PAGE_SHIFT + INDEX_BITS_32, INDEX_BITS_32, directory),
                        new PagingLevel(
                                PAGE_SHIFT,
                                INDEX_BITS_32,
                                List.of(EntryRule.page(PRESENT, PRESENT, PAGE_SHIFT, frame, PAGE_32)))));
    }

    private static List<EntryRule> largePages32() {
        return List.of(
                EntryRule.table(PRESENT | PAGE_SIZE, PRESENT, AddressField.inPlace(ADDRESS_32), TABLE_32),
                EntryRule.page(
                        PRESENT | PAGE_SIZE | RESERVED_4M,
                        PRESENT | PAGE_SIZE,
                        PAGE_SHIFT + INDEX_BITS_32,
                        List.of(AddressField.inPlace(ADDRESS_4M), new AddressField(PSE36, PSE36_SHIFT)),
                        PAGE_32),
                EntryRule.reserved(PRESENT, PRESENT));
    }

    private static PagingFormat pae() {
        // An entry of the root says only where the next table is: bits 1, 2, 5 to 8 and 63 are reserved in it. QEMU 7.2
        // without KVM sets bit 5 (accessed) there all the same, as every 32-bit guest of it shows, so it is let pass.
        long reserved = WRITABLE | USER | DIRTY | PAGE_SIZE | GLOBAL | NO_EXECUTE | PAE_RESERVED;
        PagingLevel pointers = new PagingLevel(
                PAGE_SHIFT + 2 * INDEX_BITS,
                2,
                List.of(
                        EntryRule.table(PRESENT | reserved, PRESENT, AddressField.inPlace(ADDRESS), List.of()),
                        EntryRule.reserved(PRESENT, PRESENT)));
        return new PagingFormat(
                "x86 PAE",
                Long.BYTES,
                Integer.SIZE,
                Integer.SIZE,
                CanonicalForm.ZEROS,
                0,
                // CR3 bits 31 to 5: the root is four entries, not a page.
                0xFFFF_FFE0L,
                List.of(pointers, level(2, PAE_RESERVED), level(1, PAE_RESERVED)));
    }

    private static PagingFormat longMode(String name, int depth) {
        List<PagingLevel> levels = new ArrayList<>();
        for (int level = depth; level >= 1; level--) {
            levels.add(level(level, 0));
        }
        return new PagingFormat(
                name,
                Long.BYTES,
                Long.SIZE,
                PAGE_SHIFT + INDEX_BITS * depth,
                CanonicalForm.SIGN_EXTENDED,
                0,
                ADDRESS,
                levels);
    }

    /**
     * A level of 8-byte entries; pages of 4 KiB at level 1, 2 MiB at level 2 and 1 GiB at level 3.
     *
     * @param reserved bits that are reserved in all of them
     */
    private static PagingLevel level(int level, long reserved) {
        int shift = PAGE_SHIFT + INDEX_BITS * (level - 1);
        long frame = ADDRESS & -(1L << shift);
        List<AddressField> address = List.of(AddressField.inPlace(frame));
        EntryRule otherwise = EntryRule.reserved(PRESENT, PRESENT);
        if (level == 1) {
            EntryRule page = EntryRule.page(PRESENT | reserved, PRESENT, shift, address, PAGE);
            return new PagingLevel(shift, INDEX_BITS, reserved == 0 ? List.of(page) : List.of(page, otherwise));
        }
        EntryRule table =
                EntryRule.table(PRESENT | PAGE_SIZE | reserved, PRESENT, AddressField.inPlace(ADDRESS), TABLE);
        if (level > 3) {
            return new PagingLevel(shift, INDEX_BITS, List.of(table, otherwise));
        }
        long largeReserved = reserved | (1L << shift) - (1L << LARGE_RESERVED_FROM);
        EntryRule page = EntryRule.page(PRESENT | PAGE_SIZE | largeReserved, PRESENT | PAGE_SIZE, shift, address, PAGE);
        return new PagingLevel(shift, INDEX_BITS, List.of(table, page, otherwise));
    }

    private static List<EntryFlag> with(List<EntryFlag> flags, EntryFlag... more) {
        List<EntryFlag> all = new ArrayList<>(flags);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }
}
