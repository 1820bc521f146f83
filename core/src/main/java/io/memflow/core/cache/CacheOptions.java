package io.memflow.core.cache;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.AccessLatency;

/**
 * What a page cache is to be like. Immutable.
 *
 * @param totalBytes room for pages; allocated when the cache is made, rounded down to a whole number of sets
 * @param pageBytes what a miss fetches: a power of two from {@link #LEAST_PAGE} to {@link #LARGEST_PAGE}
 * @param ways places that a page can be in, 1 or more; rounding may give it more
 * @param pageTypes requests whose page type has one of these flags of {@link PageType} are cached; {@link #ALL}
 * @param validity how long a page is believed
 */
public record CacheOptions(long totalBytes, int pageBytes, int ways, int pageTypes, Validity validity) {
    /** Every request is cached, whatever is known of its page. */
    public static final int ALL = -1;
    /** Page tables and what the target does not write: what changes least and is asked for most. */
    public static final int STABLE = PageType.PAGE_TABLE | PageType.READ_ONLY;

    public static final int LEAST_PAGE = 512;
    public static final int LARGEST_PAGE = 1 << 21;

    /** memflow's: 2 MiB in pages of 4 KiB, page tables and read-only pages, for a second. */
    public static final CacheOptions DEFAULT = new CacheOptions(2 << 20, 4096, 8, STABLE, Validity.ONE_SECOND);

    public CacheOptions {
        if (Integer.bitCount(pageBytes) != 1 || pageBytes < LEAST_PAGE || pageBytes > LARGEST_PAGE) {
            throw new IllegalArgumentException("a page of %d bytes is no power of two from %d to %d"
                    .formatted(pageBytes, LEAST_PAGE, LARGEST_PAGE));
        }
        if (totalBytes < pageBytes || totalBytes / pageBytes > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "a cache of %d bytes does not hold 1 to 2^30 pages of %d".formatted(totalBytes, pageBytes));
        }
        if (ways < 1) {
            throw new IllegalArgumentException("a page needs at least 1 way, not " + ways);
        }
    }

    /** The default for a source: every page type when it is slow, what is stable otherwise. */
    public static CacheOptions forLatency(AccessLatency latency) {
        return latency == AccessLatency.HIGH ? DEFAULT.withPageTypes(ALL) : DEFAULT;
    }

    public CacheOptions withTotalBytes(long bytes) {
        return new CacheOptions(bytes, pageBytes, ways, pageTypes, validity);
    }

    public CacheOptions withPageBytes(int bytes) {
        return new CacheOptions(totalBytes, bytes, ways, pageTypes, validity);
    }

    public CacheOptions withWays(int count) {
        return new CacheOptions(totalBytes, pageBytes, count, pageTypes, validity);
    }

    public CacheOptions withPageTypes(int flags) {
        return new CacheOptions(totalBytes, pageBytes, ways, flags, validity);
    }

    public CacheOptions withValidity(Validity other) {
        return new CacheOptions(totalBytes, pageBytes, ways, pageTypes, other);
    }

    /** Whether a request of this page type is cached. */
    boolean caches(int pageType) {
        return pageTypes == ALL || (pageTypes & pageType) != 0;
    }
}
