package io.memflow.core.address;

/**
 * What is known of a page, as bit flags in an {@code int} so that millions can be passed without objects. The first five
 * are memflow 0.2's page types; the rest is what the hardware's entries say beyond them.
 */
public final class PageType {
    public static final int NONE = 0;
    /** Nothing is known, for example for a raw physical access. */
    public static final int UNKNOWN = 1;
    /** The page holds page-table entries. */
    public static final int PAGE_TABLE = 1 << 1;
    /** Every level of the walk allows writes. */
    public static final int WRITABLE = 1 << 2;
    /** At least one level of the walk forbids writes. */
    public static final int READ_ONLY = 1 << 3;
    /** At least one level of the walk forbids execution. */
    public static final int NO_EXECUTE = 1 << 4;
    /** Every level of the walk allows user mode. */
    public static final int USER = 1 << 5;
    /** The translation stays valid across address-space switches. */
    public static final int GLOBAL = 1 << 6;
    /** The processor has written to the page. */
    public static final int DIRTY = 1 << 7;
    /** The processor has used the entry. */
    public static final int ACCESSED = 1 << 8;

    private PageType() {}
}
