package io.memflow.core.cache;

/**
 * What a cache has done since it was made. Counts made by other threads at the same time may or may not be in it.
 * Immutable.
 *
 * @param mode whether anything is cached at all
 * @param hits pieces of requests, each within one page, that were answered from the cache
 * @param misses pieces that should have been and were not
 * @param evictions entries that gave way to another while they were still valid
 * @param invalidations entries that were removed by a write, or because a caller said so
 * @param uncached requests, or pieces, that are not for this cache: of another page type, too long, in a page that
 *     cannot be read whole
 */
public record CacheStatistics(Mode mode, long hits, long misses, long evictions, long invalidations, long uncached) {
    /** Whether a cache is at work. */
    public enum Mode {
        /** It is. */
        CACHING,
        /** The memory below is mapped, so reading it costs no more than reading a cache: nothing is kept. */
        BYPASSED
    }

    /** Share of the lookups that hit, 0 to 1; 0 when there were none. */
    public double hitRate() {
        long lookups = hits + misses;
        return lookups == 0 ? 0 : (double) hits / lookups;
    }
}
