package io.memflow.cli.command;

import io.memflow.cli.output.Units;
import io.memflow.core.cache.CacheStatistics;
import io.memflow.core.cache.PageCache;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.AccessFigures;
import io.memflow.core.view.MemoryMetrics;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a chain with {@code metrics=true} has counted, in one sentence. Stateless. */
final class SourceMetrics {
    private SourceMetrics() {}

    /** The sentence; empty when the chain does not count. */
    static Optional<String> of(PhysicalMemory memory) {
        return memory.capability(MemoryMetrics.class).map(metrics -> {
            StringBuilder text = new StringBuilder("the source took ").append(reads(metrics.reads()));
            memory.capability(PageCache.class)
                    .ifPresent(cache -> text.append("; pages: ").append(cached(cache.statistics())));
            memory.capability(TranslationCache.class)
                    .ifPresent(cache -> text.append("; translations: ").append(cached(cache.statistics())));
            return text.append('.').toString();
        });
    }

    private static String reads(AccessFigures reads) {
        return String.format(
                Locale.ROOT,
                "%d calls with %d requests for %s, half of them within %s, 99 %% within %s",
                reads.calls(),
                reads.requests(),
                Units.bytes(reads.bytes()),
                Units.time(Duration.ofNanos(reads.latency().percentile(50))),
                Units.time(Duration.ofNanos(reads.latency().percentile(99))));
    }

    private static String cached(CacheStatistics statistics) {
        if (statistics.mode() == CacheStatistics.Mode.BYPASSED) {
            return "not cached, the memory is mapped";
        }
        return String.format(
                Locale.ROOT,
                "%d hits, %d misses, %d evicted, %d not for the cache",
                statistics.hits(),
                statistics.misses(),
                statistics.evictions(),
                statistics.uncached());
    }
}
