package io.memflow.core.view;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * A view of another as a processor of some byte order and pointer width sees it. Bytes are the same; typed access
 * differs.
 *
 * <p>Keeps every capability of the source unchanged, a direct map included: it shows bytes, which have no order.
 * Thread-safe for reads.
 */
public final class ArchitectureView extends WrapperView {
    private final ViewProperties properties;
    private final boolean reversed;

    public ArchitectureView(MemoryView source, ByteOrder byteOrder, PointerWidth pointers) {
        super(source);
        ViewProperties below = source.properties();
        properties = new ViewProperties(below.kind(), byteOrder, pointers.bytes(), below.addressBits(), below.access());
        reversed = byteOrder != below.byteOrder();
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public void read(MemoryBatch batch) {
        source.read(batch);
    }

    @Override
    public void write(MemoryBatch batch) {
        source.write(batch);
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        return source.tryRead(address, buffer);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        long value = source.readUnsigned(address, bytes);
        return reversed ? Long.reverseBytes(value) >>> (Long.SIZE - Byte.SIZE * bytes) : value;
    }
}
