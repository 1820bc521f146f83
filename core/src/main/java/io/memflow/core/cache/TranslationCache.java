package io.memflow.core.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A translation look-aside buffer: which virtual page of which page-table tree lies where. One entry holds for a page of
 * any size. Only what translates is kept, so a page that is mapped later is seen at once.
 *
 * <p>Entries are keyed by the tree's format, both words of its root, and the virtual page. All address spaces of one
 * physical memory may share one cache, and should not share it with those of another.
 *
 * <p>Thread-safe; a look-up takes no lock. All room is allocated at the start.
 */
public final class TranslationCache {
    /** Entries unless asked otherwise, as memflow has them. */
    public static final int DEFAULT_ENTRIES = 2048;

    private static final int MOST_ENTRIES = 1 << 24;

    private final TranslationTable table;
    private final ValidityClock clock;
    private final CacheCounters counters = new CacheCounters();
    /** Grows with each invalidation, so that a translation begun before one is not kept. */
    private final AtomicLong generation = new AtomicLong();

    /** Numbers of page-table formats. There are only ever few. */
    private final Map<Object, Integer> formats = new ConcurrentHashMap<>();

    private final AtomicInteger lastFormat = new AtomicInteger();

    /** A cache of the default size whose entries hold for a second. */
    public TranslationCache() {
        this(DEFAULT_ENTRIES, Validity.ONE_SECOND);
    }

    /**
     * An empty cache.
     *
     * @param entries pages it holds, 1 to 2^24; rounded down to a whole number of sets
     * @param validity how long an entry is believed
     */
    public TranslationCache(int entries, Validity validity) {
        this(entries, validity, System::nanoTime);
    }

    /** A cache that takes the time from a clock of the caller's. */
    TranslationCache(int entries, Validity validity, LongSupplier nanoTime) {
        if (entries < 1 || entries > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "a translation cache has 1 to %d entries, not %d".formatted(MOST_ENTRIES, entries));
        }
        clock = ValidityClock.of(validity, nanoTime);
        table = new TranslationTable(entries, clock, counters, generation);
    }

    /**
     * The translations of one page-table tree; for translators.
     *
     * @param format how its tables are read; equal formats are one
     * @param rootUpper bits 64 to 127 of the root table's physical address
     * @param root its low 64 bits
     */
    public TreeTranslations tree(Object format, long rootUpper, long root) {
        int number = formats.computeIfAbsent(format, unknown -> lastFormat.incrementAndGet());
        return new TreeTranslations(this, table, number, rootUpper, root);
    }

    /** The instant of a call, to be taken once for all addresses of a list. */
    public long now() {
        return clock.now();
    }

    /** To be taken before tables are read, and given to {@link TreeTranslations#put} with what they said. */
    public long generation() {
        return generation.get();
    }

    /** Counts look-ups that were made. */
    public void count(long hits, long misses) {
        if (hits != 0) {
            counters.hits.add(hits);
        }
        if (misses != 0) {
            counters.misses.add(misses);
        }
    }

    public CacheStatistics statistics() {
        return counters.statistics(CacheStatistics.Mode.CACHING);
    }

    /**
     * Forgets what one virtual address leads to, in every tree; a huge page is forgotten as a whole. A translation that
     * began before this call is not kept after it. The same holds for the other forms.
     */
    public void invalidateAddress(long virtual) {
        generation.incrementAndGet();
        table.dropAddress(virtual);
    }

    /** Forgets every translation of the trees with this root, its low 64 bits. */
    public void invalidateRoot(long root) {
        generation.incrementAndGet();
        table.dropRoot(root);
    }

    /** Forgets what one virtual address leads to in the trees with this root. */
    public void invalidate(long root, long virtual) {
        generation.incrementAndGet();
        table.drop(root, virtual);
    }

    /** Forgets everything. */
    public void invalidateAll() {
        generation.incrementAndGet();
        table.dropAll();
    }
}
