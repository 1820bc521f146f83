package io.memflow.core.translate;

import io.memflow.core.cache.CachedTranslation;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import java.lang.foreign.MemorySegment;

/**
 * The outcome of one translation, filled in by {@link PageTableWalker} and reused by its owner so that translating
 * allocates nothing. Confined to one thread.
 */
public final class Translation {
    /** Room for one table entry read from a source without direct access. */
    final MemorySegment entryScratch = MemorySegment.ofArray(new long[2]);

    final MemoryBatch entryRead = new MemoryBatch(1);
    final CachedTranslation cached = new CachedTranslation();

    Fault fault = Fault.NOT_PRESENT;
    long physical;
    long physicalUpper;
    long pageSize;
    int pageType;
    int level;

    /** An empty outcome, to be filled in. */
    public Translation() {}

    /** {@link Fault#NONE} when the address translates. */
    public Fault fault() {
        return fault;
    }

    /** The physical address, its low 64 bits; only meaningful without a fault. */
    public long physical() {
        return physical;
    }

    /** Bits 64 to 127 of the physical address. */
    public long physicalUpper() {
        return physicalUpper;
    }

    /**
     * Bytes of the naturally aligned virtual range that shares this outcome: the page's size, or without a page what the
     * failing entry spans.
     */
    public long pageSize() {
        return pageSize;
    }

    /** Flags of {@link io.memflow.core.address.PageType}, combined over the levels; only meaningful without a fault. */
    public int pageType() {
        return pageType;
    }

    /** The level, 1 being the last, whose entry ended the walk. */
    public int level() {
        return level;
    }
}
