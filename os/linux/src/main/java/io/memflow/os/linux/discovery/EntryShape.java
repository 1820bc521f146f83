package io.memflow.os.linux.discovery;

/**
 * What entries of one page-table format look like, as far as finding tables needs it: a table is recognised by what it
 * leads to, not by what it permits.
 *
 * @param entryBytes 4 or 8
 * @param pageBits log2 of a page's bytes, which are a whole table's bytes too
 * @param table form of an entry that names a table
 * @param page form of an entry of the last level that maps a page
 * @param block form of an entry of a higher level that maps a larger page
 * @param addressMask bits of an entry that hold a physical address
 * @param addressShift how far those bits move up to be the address
 * @param never bits that no present entry has
 */
record EntryShape(
        int entryBytes,
        int pageBits,
        Form table,
        Form page,
        Form block,
        long addressMask,
        int addressShift,
        long never) {
    /** Every architecture here marks a present entry with bit 0. */
    private static final long PRESENT = 1;
    /** Kernel images are mapped by pages and by blocks of one level above (2, 4, 32 or 512 MiB). */
    private static final int HIGHEST_IMAGE_PAGES = 1;

    /** Entries whose masked bits have one value. */
    record Form(long mask, long value) {
        boolean matches(long entry) {
            return (entry & mask) == value;
        }
    }

    /** log2 of the entries in a whole table. */
    int indexBits() {
        return pageBits - (entryBytes == Long.BYTES ? 3 : 2);
    }

    /** Lowest address bit that a level resolves; level 0 is the last one. */
    int shift(int level) {
        return pageBits + indexBits() * level;
    }

    long address(long entry) {
        return (entry & addressMask) << addressShift;
    }

    boolean couldBePresent(long entry) {
        return (entry & (PRESENT | never)) == PRESENT;
    }

    /**
     * Whether an entry of a level maps a page that holds a physical address. Pages of still higher levels map no kernel
     * image, and small numbers look like their entries.
     */
    boolean maps(long entry, int level, long physical) {
        if (level > HIGHEST_IMAGE_PAGES) {
            return false;
        }
        Form form = level == 0 ? page : block;
        return form.matches(entry) && address(entry) == (physical & -(1L << shift(level)));
    }
}
