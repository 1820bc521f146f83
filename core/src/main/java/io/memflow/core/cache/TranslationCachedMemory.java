package io.memflow.core.cache;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.WrappedMemory;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * Physical memory that gives a {@link TranslationCache} to all virtual memories that are made on it, and empties it when a
 * write of any page type touches what was read as a page table. The cache is also a capability, for whoever wants its
 * statistics or to invalidate; a wrapper around this memory passes it on, but spaces on the wrapper do not use it. Writes that pass this memory by are seen when the
 * cache's validity ends or a caller invalidates. Closing it closes the source. Thread-safe.
 */
public final class TranslationCachedMemory extends WrappedMemory {
    private final TranslationCache cache;
    private final TablePages tables = new TablePages();

    /**
     * The memory with a cache of its own or one that is shared with the same memory wrapped otherwise.
     *
     * @param cache for translations of this memory only
     */
    public TranslationCachedMemory(PhysicalMemory source, TranslationCache cache) {
        super(source, source);
        this.cache = cache;
    }

    /** The cache that spaces on this memory use. */
    public TranslationCache translations() {
        return cache;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == TranslationCache.class ? Optional.of(type.cast(cache)) : super.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        tables.note(batch);
        super.read(batch);
    }

    @Override
    public void write(MemoryBatch batch) {
        try {
            super.write(batch);
        } finally {
            // A walk notes its tables before it reads them: either it shows here, or it sees what was written.
            VarHandle.fullFence();
            if (tables.areIn(batch)) {
                cache.invalidateAll();
            }
        }
    }
}
