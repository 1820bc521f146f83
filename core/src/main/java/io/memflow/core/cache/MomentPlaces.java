package io.memflow.core.cache;

import io.memflow.core.memory.AddressBound;
import org.jspecify.annotations.Nullable;

/** The way to the blocks of the calling thread's moment. A capability beside {@link Moments}. Thread-safe. */
public interface MomentPlaces extends AddressBound {
    /** The calling thread's moment; null without one. */
    @Nullable
    MomentBlocks ofThread();
}
