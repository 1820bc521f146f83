package io.memflow.core.memory;

/**
 * How long one call to a source takes, which is what caches and pipelines go by. A source offers its own as a
 * {@linkplain MemoryView#capability capability}; one that offers none is {@link #LOCAL}.
 */
public enum AccessLatency {
    /** A system call or so: below some ten microseconds. */
    LOCAL,
    /** A network, a device, another program's answer: long enough that avoiding a call pays for anything. */
    HIGH;

    /** Of a view, or what it wraps. */
    public static AccessLatency of(MemoryView view) {
        return view.capability(AccessLatency.class).orElse(LOCAL);
    }
}
