package io.memflow.core.view;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PointerWidth;
import java.nio.ByteOrder;

/**
 * Physical memory of a machine with some byte order and pointer width, see {@link ArchitectureView}. Closing it closes
 * the source. Thread-safe for reads.
 */
public final class ArchitectureMemory extends WrappedMemory {
    public ArchitectureMemory(PhysicalMemory source, ByteOrder byteOrder, PointerWidth pointers) {
        super(new ArchitectureView(source, byteOrder, pointers), source);
    }
}
