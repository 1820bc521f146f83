package io.memflow.core.translate;

/**
 * What some bits of a page-table entry say of the pages below it.
 *
 * <p>Flags of all entries of a walk are joined. Where they contradict, the stricter one holds:
 * {@link io.memflow.core.address.PageType#READ_ONLY} beats {@code WRITABLE} and {@code SUPERVISOR} beats {@code USER}, so
 * that permissions combine as the hardware does it.
 *
 * @param mask bits of the entry
 * @param value what these bits are when the flags hold
 * @param pageType flags of {@link io.memflow.core.address.PageType}
 */
public record EntryFlag(long mask, long value, int pageType) {
    /** Flags that hold when all bits of the mask are set. */
    public static EntryFlag set(long mask, int pageType) {
        return new EntryFlag(mask, mask, pageType);
    }

    /** Flags that hold when all bits of the mask are clear. */
    public static EntryFlag clear(long mask, int pageType) {
        return new EntryFlag(mask, 0, pageType);
    }
}
