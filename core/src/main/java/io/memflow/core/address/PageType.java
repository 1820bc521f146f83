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
    /** Nobody may execute: on most architectures because one level of the walk forbids it. */
    public static final int NO_EXECUTE = 1 << 4;
    /** Every level of the walk allows user mode. */
    public static final int USER = 1 << 5;
    /** The translation stays valid across address-space switches. */
    public static final int GLOBAL = 1 << 6;
    /** The processor has written to the page. */
    public static final int DIRTY = 1 << 7;
    /** The processor has used the entry. */
    public static final int ACCESSED = 1 << 8;

    /** At least one level of the walk forbids user mode. */
    public static final int SUPERVISOR = 1 << 9;
    /** User mode may not execute (ARM's UXN and its like). */
    public static final int USER_NO_EXECUTE = 1 << 10;
    /** Privileged modes may not execute (ARM's PXN and its like). */
    public static final int PRIVILEGED_NO_EXECUTE = 1 << 11;
    /** May be executed but not read (RISC-V's X without R, EPT's execute-only). */
    public static final int NO_READ = 1 << 12;
    /** One of a run of entries that the hardware may treat as one larger page (ARM's contiguous bit). */
    public static final int CONTIGUOUS = 1 << 13;

    /** How many bits the flags need. */
    public static final int BITS = 14;

    /** No one may execute: the three flags that say so together. */
    public static final int NO_EXECUTE_AT_ALL = NO_EXECUTE | USER_NO_EXECUTE | PRIVILEGED_NO_EXECUTE;

    private PageType() {}
}
