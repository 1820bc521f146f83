package io.memflow.core.cache;

import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.WrappedMemory;
import java.util.function.LongSupplier;

/**
 * Physical memory with a page cache that all threads share, see {@link CachedView}. Closing it closes the source.
 * Thread-safe.
 */
public final class CachedMemory extends WrappedMemory {
    /** With the options that suit the source's latency. */
    public CachedMemory(PhysicalMemory source) {
        this(source, CacheOptions.forLatency(AccessLatency.of(source)));
    }

    public CachedMemory(PhysicalMemory source, CacheOptions options) {
        this(source, options, System::nanoTime);
    }

    /** Memory that takes the time from a clock of the caller's. */
    CachedMemory(PhysicalMemory source, CacheOptions options, LongSupplier nanoTime) {
        super(new CachedView(source, options, nanoTime), source);
    }
}
