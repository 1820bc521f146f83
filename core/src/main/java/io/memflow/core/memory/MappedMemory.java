package io.memflow.core.memory;

import io.memflow.core.address.Address;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Physical memory whose bytes are all mapped into this process, such as an image file or a machine's shared RAM.
 *
 * <p>Thread-safe. Owns the arena of its mappings and closes it.
 */
public final class MappedMemory extends DescribedMemory {
    private final DirectMap direct;
    private final MappedReads reads;
    /** Made once, so that a batch allocates nothing. */
    private final RangeTable.RunConsumer writeRun = this::writeRun;

    private final Arena arena;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param direct where each physical range is mapped
     * @param arena the owner of those mappings, shared between threads; closed with this memory
     * @param access whether the mappings may be written
     * @param description see {@link PhysicalMemory#description()}
     * @param defects see {@link PhysicalMemory#defects()}
     */
    public MappedMemory(
            DirectMap direct, Arena arena, ViewProperties.Access access, String description, List<String> defects) {
        super(direct.memoryMap(), access, description, defects);
        this.direct = direct;
        reads = new MappedReads(direct);
        this.arena = arena;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == DirectMap.class ? Optional.of(type.cast(direct)) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        reads.read(batch);
    }

    @Override
    public void write(MemoryBatch batch) {
        if (properties().access() == ViewProperties.Access.READ_ONLY) {
            super.write(batch);
            return;
        }
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            direct.ranges().split(batch, request, writeRun);
            batch.finish(request);
        }
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        int range = direct.find(address);
        long length = buffer.byteSize();
        if (range < 0 || Address.below(direct.end(range) - address, length)) {
            return super.tryRead(address, buffer);
        }
        try {
            long offset = direct.offset(range, address);
            MappedFaults.raise(MappedFaults.ends(direct.segment(range), offset, length));
            MemorySegment.copy(direct.segment(range), offset, buffer, 0, length);
            MappedFaults.raise();
            return Fault.NONE;
        } catch (InternalError pageNotThere) {
            return Fault.INPUT_OUTPUT;
        }
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        int range = direct.find(address);
        if (range < 0 || Address.below(direct.end(range) - address, bytes)) {
            return super.readUnsigned(address, bytes);
        }
        try {
            long value = ScalarLayout.get(
                    direct.segment(range), direct.offset(range, address), bytes, ByteOrder.LITTLE_ENDIAN);
            MappedFaults.raise(value);
            return value;
        } catch (InternalError pageNotThere) {
            // The general path names the fault.
            return super.readUnsigned(address, bytes);
        }
    }

    @Override
    public void close() {
        // Two threads may close at once, and an arena takes one close only.
        if (closed.compareAndSet(false, true)) {
            arena.close();
        }
    }

    private void writeRun(MemoryBatch batch, int request, long offset, long length, int range) {
        MemorySegment target = direct.segment(range);
        long targetOffset = direct.offset(range, batch.address(request) + offset);
        try {
            MemorySegment.copy(
                    batch.buffer(request), batch.bufferOffset(request) + offset, target, targetOffset, length);
            MappedFaults.raise();
        } catch (InternalError pageNotThere) {
            batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
        }
    }
}
