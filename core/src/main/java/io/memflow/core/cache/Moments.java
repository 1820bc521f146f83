package io.memflow.core.cache;

import io.memflow.core.memory.MemoryView;
import java.util.function.Supplier;

/**
 * Takes many small reads together, of memory where each call is dear: what is read in a moment is read once, in blocks, and
 * what the last moment of the same work needed is fetched at the start of the next, in few calls. Nothing is kept from one
 * moment to another but which addresses were read. A capability, see {@link MemoryView#capability}. Thread-safe; each
 * thread has its own moments.
 */
public interface Moments {
    /**
     * Does work whose reads, by this thread, belong together. Within another moment it is part of that one.
     *
     * @param work names the kind of work; the same reads are expected of the same name
     */
    <T> T during(String work, Supplier<T> reads);

    /** Does what has to see the memory as it is now: none of its reads is answered by what the moment has. */
    <T> T outside(Supplier<T> reads);

    /** Has the moment begin anew: what it read is read again. Without a moment it does nothing. */
    void renew();

    /** Renews the moment of a view that has moments: before a second look at what changes. */
    static void renew(MemoryView memory) {
        memory.capability(Moments.class).ifPresent(Moments::renew);
    }
}
