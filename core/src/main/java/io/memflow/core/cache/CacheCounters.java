package io.memflow.core.cache;

import java.util.concurrent.atomic.LongAdder;

/** Counts for {@link CacheStatistics}. Thread-safe; calls add their sums once. */
final class CacheCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder evictions = new LongAdder();
    final LongAdder invalidations = new LongAdder();
    final LongAdder uncached = new LongAdder();

    CacheStatistics statistics(CacheStatistics.Mode mode) {
        return new CacheStatistics(
                mode, hits.sum(), misses.sum(), evictions.sum(), invalidations.sum(), uncached.sum());
    }
}
