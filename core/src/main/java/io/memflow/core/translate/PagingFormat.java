package io.memflow.core.translate;

import java.util.List;

/**
 * A page-table format as data: the levels from the root down and what the bits of an entry mean. Masks apply to an entry
 * read as an unsigned little-endian value. Immutable.
 *
 * @param name the name people know the format by
 * @param levels from the root down
 * @param entryBytes size of an entry
 * @param virtualBits address bits that are translated; the bits above repeat the highest of them
 * @param presentMask set when the entry is in use
 * @param sizeMask set when an entry of a {@link PagingLevel.Leaf#WHEN_SIZE_BIT} level maps a page
 * @param addressMask bits of an entry that hold a physical address, at the address' own position
 * @param writableMask set when the entry allows writes; all levels must
 * @param userMask set when the entry allows user mode; all levels must
 * @param noExecuteMask set when the entry forbids execution; one level suffices
 * @param globalMask set in a leaf that stays valid across address-space switches
 * @param dirtyMask set in a leaf once the page was written
 * @param accessedMask set once the entry was used
 */
public record PagingFormat(
        String name,
        List<PagingLevel> levels,
        int entryBytes,
        int virtualBits,
        long presentMask,
        long sizeMask,
        long addressMask,
        long writableMask,
        long userMask,
        long noExecuteMask,
        long globalMask,
        long dirtyMask,
        long accessedMask) {
    public PagingFormat {
        levels = List.copyOf(levels);
    }

    /** Bytes of the smallest page. */
    public long pageSize() {
        return 1L << levels.getLast().shift();
    }

    /** Whether the bits above the translated ones repeat the highest translated bit. */
    public boolean isCanonical(long virtual) {
        int unused = Long.SIZE - virtualBits;
        return virtual << unused >> unused == virtual;
    }
}
