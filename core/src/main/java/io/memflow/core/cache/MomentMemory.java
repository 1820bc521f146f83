package io.memflow.core.cache;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.WrappedMemory;

/** Physical memory with {@link Moments}, see {@link MomentView}. Closing it closes the source. Thread-safe. */
public final class MomentMemory extends WrappedMemory {
    /** On any memory; see {@link #whereUseful}. */
    public MomentMemory(PhysicalMemory source) {
        super(new MomentView(source), source);
    }

    /**
     * The memory with moments, or itself where they gain nothing: what is mapped, and what says that lists of requests are no
     * better than single ones. A cache that was asked for has its own rules of what is believed how long, so it stays alone.
     */
    public static PhysicalMemory whereUseful(PhysicalMemory memory) {
        boolean useful = memory.idealBatchSize() > 1
                && memory.capability(DirectMap.class).isEmpty()
                && memory.capability(PageCache.class).isEmpty()
                && memory.capability(Moments.class).isEmpty()
                && !(memory instanceof TranslationCachedMemory);
        return useful ? new MomentMemory(memory) : memory;
    }
}
