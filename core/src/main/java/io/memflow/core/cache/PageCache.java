package io.memflow.core.cache;

/**
 * The page cache of a view, found as a capability through whatever wraps it; of two on one another the outer one.
 * Addresses are those of the view that caches, which a wrapper may show elsewhere.
 * Thread-safe.
 */
public interface PageCache {
    /** What was asked for when it was made; the size may have been rounded down. */
    CacheOptions options();

    CacheStatistics statistics();

    /**
     * Forgets the pages that hold any byte of a range. What was read before this call is not given out after it.
     *
     * @param start first address, of the kind the view has
     * @param length bytes; a range may end at, but not run past, the end of the address space
     */
    void invalidate(long start, long length);

    /** Forgets every page. */
    void invalidateAll();
}
