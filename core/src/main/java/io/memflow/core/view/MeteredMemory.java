package io.memflow.core.view;

import io.memflow.core.memory.PhysicalMemory;

/** Physical memory with statistics, see {@link MeteredView}. Closing it closes the source. Thread-safe for reads. */
public final class MeteredMemory extends WrappedMemory {
    public MeteredMemory(PhysicalMemory source) {
        super(new MeteredView(source), source);
    }
}
