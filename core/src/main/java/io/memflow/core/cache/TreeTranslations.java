package io.memflow.core.cache;

/** What a {@link TranslationCache} knows of one page-table tree. Thread-safe. */
public final class TreeTranslations {
    private final TranslationCache cache;
    private final TranslationTable table;
    private final int format;
    private final long rootUpper;
    private final long root;

    TreeTranslations(TranslationCache cache, TranslationTable table, int format, long rootUpper, long root) {
        this.cache = cache;
        this.table = table;
        this.format = format;
        this.rootUpper = rootUpper;
        this.root = root;
    }

    /** The cache this is part of. */
    public TranslationCache cache() {
        return cache;
    }

    /**
     * Looks an address up.
     *
     * @param virtualUpper bits 64 to 127 of the virtual address
     * @param now what {@link TranslationCache#now()} said at the start of the call
     * @param out receives what is found
     * @return whether it is there
     */
    public boolean find(long virtualUpper, long virtual, long now, CachedTranslation out) {
        return table.find(format, rootUpper, root, virtualUpper, virtual, now, out);
    }

    /**
     * Keeps a translation, unless something was invalidated since.
     *
     * @param sizeBits log2 of the page's bytes; pages of 2^64 bytes and more are not kept
     * @param physicalUpper bits 64 to 127 of the physical address of this virtual address
     * @param outcome what {@link CachedTranslation#outcome()} is to give back
     * @param generation what {@link TranslationCache#generation()} said before the tables were read
     * @param now what {@link TranslationCache#now()} said at the start of the call
     */
    public void put(
            long virtualUpper,
            long virtual,
            int sizeBits,
            long physicalUpper,
            long physical,
            int outcome,
            long generation,
            long now) {
        long inPage = sizeBits < Long.SIZE ? (1L << sizeBits) - 1 : -1;
        // A page that is not where its size would have it cannot be one entry.
        if (sizeBits < Long.SIZE && ((physical ^ virtual) & inPage) == 0) {
            table.put(
                    format,
                    rootUpper,
                    root,
                    virtualUpper,
                    virtual & ~inPage,
                    sizeBits,
                    physicalUpper,
                    physical & ~inPage,
                    outcome,
                    generation,
                    now);
        }
    }
}
