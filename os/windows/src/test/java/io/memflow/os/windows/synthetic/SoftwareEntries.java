package io.memflow.os.windows.synthetic;

/**
 * Makes entries of pages that are not valid (public symbols of the builds: {@code _MMPTE_TRANSITION}, {@code
 * _MMPTE_SOFTWARE}, {@code _MMPTE_PROTOTYPE}). Immutable.
 *
 * @param build of the kernel
 * @param entryBytes of an entry
 * @param pointerBytes of the kernel
 * @param pagedStart where the paged pool begins: entries of four bytes name prototypes from there
 * @param mask bits that the kernel sets in entries to keep processors away ({@code MiSwizzleInvalidPte}); 0 for none
 */
record SoftwareEntries(int build, int entryBytes, int pointerBytes, long pagedStart, long mask) {
    /** The first build with {@code SwizzleBit}, 10 1809, whose page-file numbers and protections of prototypes moved. */
    private static final int SWIZZLE_SINCE = 17763;

    /** That the address was not mixed with bits that no memory has. */
    private static final long SWIZZLE = 1 << 4;

    private static final int PROTECTION = 5;
    private static final long PROTOTYPE = 1 << 10;
    private static final long TRANSITION = 1 << 11;
    private static final int PROTOTYPE_PROTECTION = 11;

    private boolean isSwizzled() {
        return build >= SWIZZLE_SINCE && entryBytes == Long.BYTES;
    }

    /** Bits that are not free stay as they are, and the entry says so. */
    private long mixed(long entry) {
        if (!isSwizzled()) {
            return entry;
        }
        return mask == 0 || (entry & mask) != 0 ? entry | SWIZZLE : entry | mask;
    }

    long transition(long frame, int protection) {
        return mixed(frame | TRANSITION | (long) protection << PROTECTION);
    }

    long demandZero(int protection) {
        return mask == 0 ? (long) protection << PROTECTION : mixed((long) protection << PROTECTION);
    }

    /** @param page which page of the file; not 0 */
    long pageFile(int number, long page, int protection) {
        long low = (long) number << (isSwizzled() ? 12 : 1);
        long high = page << (entryBytes == Long.BYTES ? 32 : 12);
        return mixed(low | high | (long) protection << PROTECTION);
    }

    /** @param prototype virtual address of the section's entry */
    long prototype(long prototype, int protection) {
        if (entryBytes == Integer.BYTES) {
            long far = prototype - pagedStart;
            return ((far >> 1) & 0xFE) | ((far << 2) & 0xFFFF_F800L) | PROTOTYPE;
        }
        long at = pointerBytes == Long.BYTES ? prototype << 16 : prototype << 32;
        int shift = isSwizzled() ? PROTECTION : PROTOTYPE_PROTECTION;
        return mixed(at | PROTOTYPE | (long) protection << shift);
    }

    /** That the region's own first entry leads to the one of this page. */
    long prototypeOfRegion() {
        if (entryBytes == Integer.BYTES) {
            return 0xFFFF_F000L | PROTOTYPE;
        }
        // MI_PTE_LOOKUP_NEEDED where the page of a page file would be.
        return 0xFFFF_FFFF_0000_0000L | PROTOTYPE;
    }
}
