package io.memflow.core.plugin;

import io.memflow.core.cache.CacheOptions;
import io.memflow.core.cache.CachedMemory;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.cache.TranslationCachedMemory;
import io.memflow.core.cache.Validity;
import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.DelayedMemory;
import io.memflow.core.view.MeteredMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a chain puts around the memory of any connector: from the source up a delay, metrics, a page cache and a cache of
 * translations. So metrics count what reaches the source, and the caches' own statistics count the rest. Immutable.
 */
final class Middleware {
    private static final String CACHE = "cache";
    private static final String CACHE_SIZE = "cache_size";
    private static final String CACHE_PAGE_SIZE = "cache_page_size";
    private static final String CACHE_TIME = "cache_time";
    private static final String CACHE_PAGES = "cache_pages";
    private static final String CACHE_TRANSLATIONS = "cache_translations";
    private static final String DELAY = "delay";
    private static final String METRICS = "metrics";

    private static final String FOREVER = "forever";
    private static final String STABLE = "stable";
    private static final String ALL = "all";

    /** Bounds a slip of the hand, not any use: the cache is allocated at the start. */
    private static final long LARGEST_CACHE = 16L << 30;

    private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();
    private static final long LONGEST_DELAY_MICROS = Duration.ofSeconds(10).toNanos() / 1000;
    private static final int MOST_TRANSLATIONS = 1 << 20;

    /** The keys that every connector takes beside its own. */
    static final List<ArgumentDescription> ARGUMENTS = List.of(
            new ArgumentDescription(
                    CACHE,
                    "true or false: keep pages that were read, and translations; true when another cache key is given"),
            new ArgumentDescription(CACHE_SIZE, "bytes of pages to keep, such as 8mb; 2mb unless given"),
            new ArgumentDescription(
                    CACHE_PAGE_SIZE, "bytes that a miss fetches, a power of two from 512 to 2mb; 4kb unless given"),
            new ArgumentDescription(CACHE_TIME, "milliseconds that a page is believed, or forever; 1000 unless given"),
            new ArgumentDescription(
                    CACHE_PAGES,
                    "stable (page tables and read-only pages) or all; all for slow sources, stable for others"),
            new ArgumentDescription(
                    CACHE_TRANSLATIONS, "translations of virtual pages to keep, 0 for none; 2048 unless given"),
            new ArgumentDescription(DELAY, "microseconds that each call takes longer"),
            new ArgumentDescription(METRICS, "true or false: count and time the calls that reach the source"));

    private static final Set<String> KEYS =
            ARGUMENTS.stream().map(ArgumentDescription::key).collect(Collectors.toUnmodifiableSet());

    /**
     * A page cache that was asked for.
     *
     * @param pageTypes empty when the source's latency is to decide
     */
    private record Cache(
            long totalBytes, int pageBytes, Optional<Integer> pageTypes, Validity validity, int translations) {}

    private final Optional<Cache> cache;
    private final Duration delay;
    private final boolean metered;

    private Middleware(Optional<Cache> cache, Duration delay, boolean metered) {
        this.cache = cache;
        this.delay = delay;
        this.metered = metered;
    }

    /**
     * What the arguments of a connector ask for.
     *
     * @throws io.memflow.core.error.MemflowException that names argument, value and what is allowed
     */
    static Middleware of(PluginArguments arguments) {
        ArgumentValues values = new ArgumentValues(arguments);
        boolean anyCacheKey = arguments.values().keySet().stream().anyMatch(key -> key.startsWith(CACHE));
        // Read in any case, so that a wrong value is refused even while the cache is off.
        Cache wanted = cache(values);
        boolean cached = values.choice(CACHE, anyCacheKey);
        long micros = values.number(DELAY, 0, 0, LONGEST_DELAY_MICROS);
        return new Middleware(
                cached ? Optional.of(wanted) : Optional.empty(),
                Duration.ofNanos(micros * 1000),
                values.choice(METRICS, false));
    }

    private static Cache cache(ArgumentValues values) {
        CacheOptions usual = CacheOptions.DEFAULT;
        int pageBytes = (int)
                values.size(CACHE_PAGE_SIZE, usual.pageBytes(), CacheOptions.LEAST_PAGE, CacheOptions.LARGEST_PAGE);
        if (Integer.bitCount(pageBytes) != 1) {
            throw values.refuse(CACHE_PAGE_SIZE, "is no power of two", "a power of two from 512 to 2mb");
        }
        long totalBytes = values.size(CACHE_SIZE, Math.max(usual.totalBytes(), pageBytes), pageBytes, LARGEST_CACHE);
        Validity validity = values.is(CACHE_TIME, FOREVER)
                ? Validity.MANUAL
                : new Validity.Timed(Duration.ofMillis(values.number(CACHE_TIME, 1000, 1, LONGEST_MILLIS)));
        Optional<Integer> pageTypes = values.word(CACHE_PAGES, List.of(STABLE, ALL))
                .map(word -> word.equals(ALL) ? CacheOptions.ALL : CacheOptions.STABLE);
        int translations =
                (int) values.number(CACHE_TRANSLATIONS, TranslationCache.DEFAULT_ENTRIES, 0, MOST_TRANSLATIONS);
        return new Cache(totalBytes, pageBytes, pageTypes, validity, translations);
    }

    /** The arguments that are the connector's own. */
    static PluginArguments withoutOurs(PluginArguments arguments) {
        return arguments.without(KEYS);
    }

    /** Puts what was asked for around a memory, which is closed when that fails. */
    PhysicalMemory around(PhysicalMemory source) {
        try {
            PhysicalMemory memory = delay.isZero() ? source : new DelayedMemory(source, delay);
            memory = metered ? new MeteredMemory(memory) : memory;
            return cache.isPresent() ? cached(memory, cache.get()) : memory;
        } catch (RuntimeException | Error failed) {
            source.close();
            throw failed;
        }
    }

    private static PhysicalMemory cached(PhysicalMemory source, Cache cache) {
        // A cache larger than what it caches would only take room.
        long pages = source.map().totalBytes() / cache.pageBytes + 1;
        long useful = Math.min(cache.totalBytes / cache.pageBytes, pages) * cache.pageBytes;
        CacheOptions usual = CacheOptions.forLatency(AccessLatency.of(source));
        CacheOptions options = new CacheOptions(
                useful, cache.pageBytes, usual.ways(), cache.pageTypes.orElse(usual.pageTypes()), cache.validity);
        PhysicalMemory memory = new CachedMemory(source, options);
        return cache.translations == 0
                ? memory
                : new TranslationCachedMemory(memory, new TranslationCache(cache.translations, cache.validity));
    }
}
