package io.memflow.core.paging;

import io.memflow.core.address.PageType;

/**
 * What some bits of a page-table entry say of the pages below it.
 *
 * <p>Flags of all entries of a walk are joined. Where they contradict, the stricter one holds:
 * {@link PageType#READ_ONLY} beats {@code WRITABLE} and {@code SUPERVISOR} beats {@code USER}, so
 * that permissions combine as the hardware does it.
 *
 * @param mask bits of the entry
 * @param value what these bits are when the flags hold
 * @param pageType flags of {@link PageType}, or {@link #PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE}
 */
public record EntryFlag(long mask, long value, int pageType) {
    /**
     * Beside the flags of {@code PageType}: the privileged mode may not execute the page as long as all levels leave it
     * writable by user mode (ARM's implied PXN). Turned into {@code PRIVILEGED_NO_EXECUTE} or dropped when the levels are
     * combined, so it never shows.
     */
    public static final int PRIVILEGED_NO_EXECUTE_IF_USER_WRITABLE = 1 << PageType.BITS;

    /** Flags that hold when all bits of the mask are set. */
    public static EntryFlag set(long mask, int pageType) {
        return new EntryFlag(mask, mask, pageType);
    }

    /** Flags that hold when all bits of the mask are clear. */
    public static EntryFlag clear(long mask, int pageType) {
        return new EntryFlag(mask, 0, pageType);
    }
}
