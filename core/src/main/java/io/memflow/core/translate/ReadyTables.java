package io.memflow.core.translate;

/** Page tables whose entries, of 4 or 8 bytes, can be had without a request. */
interface ReadyTables {
    /** Whether the entry at this physical address is at hand as a whole. */
    boolean holds(long address);

    /** The entry at a physical address that {@link #holds} said yes to. */
    long entry(long address);
}
