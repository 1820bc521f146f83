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
    /** Made once, so that a batch allocates nothing. */
    private final RangeTable.RunConsumer readRun = this::readRun;

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
        this.arena = arena;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == DirectMap.class ? Optional.of(type.cast(direct)) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        RangeTable ranges = direct.ranges();
        boolean wide = batch.upper() != 0;
        int range = -1;
        for (int request = 0; request < batch.size(); request++) {
            long address = batch.address(request);
            long length = batch.length(request);
            if (range < 0 || !ranges.holds(range, address, length)) {
                range = ranges.find(address);
            }
            // Nearly all requests lie in the range of the one before; the others are split where ranges end.
            if (!wide && range >= 0 && ranges.holds(range, address, length)) {
                readRun(batch, request, 0, length, range);
            } else {
                ranges.split(batch, request, readRun);
            }
            batch.finish(request);
        }
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
            MemorySegment.copy(direct.segment(range), direct.offset(range, address), buffer, 0, length);
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
            return ScalarLayout.get(
                    direct.segment(range), direct.offset(range, address), bytes, ByteOrder.LITTLE_ENDIAN);
        } catch (InternalError pageNotThere) {
            // As in copy: the general path names the fault.
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

    private void readRun(MemoryBatch batch, int request, long offset, long length, int range) {
        MemorySegment source = direct.segment(range);
        long sourceOffset = direct.offset(range, batch.address(request) + offset);
        try {
            ScalarLayout.copy(
                    source, sourceOffset, batch.buffer(request), batch.bufferOffset(request) + offset, length);
        } catch (InternalError pageNotThere) {
            // The JVM's answer to SIGBUS: the file became shorter than what was mapped of it.
            batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
        }
    }

    private void writeRun(MemoryBatch batch, int request, long offset, long length, int range) {
        MemorySegment target = direct.segment(range);
        long targetOffset = direct.offset(range, batch.address(request) + offset);
        try {
            MemorySegment.copy(
                    batch.buffer(request), batch.bufferOffset(request) + offset, target, targetOffset, length);
        } catch (InternalError pageNotThere) {
            batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
        }
    }
}
