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
public final class MappedMemory implements PhysicalMemory {
    private final DirectMap direct;
    private final MemoryMap map;
    private final ViewProperties properties;
    private final String description;
    private final List<String> defects;
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
        this.direct = direct;
        this.arena = arena;
        this.map = direct.memoryMap();
        this.properties =
                new ViewProperties(AddressKind.PHYSICAL, ByteOrder.LITTLE_ENDIAN, Long.BYTES, Long.SIZE, access);
        this.description = description;
        this.defects = List.copyOf(defects);
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public MemoryMap map() {
        return map;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<String> defects() {
        return defects;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == DirectMap.class ? Optional.of(type.cast(direct)) : Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            transfer(batch, request, Direction.READ);
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        if (properties.access() == ViewProperties.Access.READ_ONLY) {
            PhysicalMemory.super.write(batch);
            return;
        }
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            transfer(batch, request, Direction.WRITE);
        }
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        int range = direct.find(address);
        long length = buffer.byteSize();
        if (range < 0 || Address.below(direct.end(range) - address, length)) {
            return PhysicalMemory.super.tryRead(address, buffer);
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
            return PhysicalMemory.super.readUnsigned(address, bytes);
        }
        try {
            return ScalarLayout.get(
                    direct.segment(range), direct.offset(range, address), bytes, ByteOrder.LITTLE_ENDIAN);
        } catch (InternalError pageNotThere) {
            // As in copy: the general path names the fault.
            return PhysicalMemory.super.readUnsigned(address, bytes);
        }
    }

    @Override
    public void close() {
        // Two threads may close at once, and an arena takes one close only.
        if (closed.compareAndSet(false, true)) {
            arena.close();
        }
    }

    private enum Direction {
        READ,
        WRITE
    }

    private void transfer(MemoryBatch batch, int request, Direction direction) {
        long address = batch.address(request);
        long length = batch.length(request);
        if (Address.overflows(address, length)) {
            batch.fail(request, Fault.ADDRESS_OVERFLOW);
            return;
        }
        long done = 0;
        while (done < length) {
            long position = address + done;
            int range = direct.find(position);
            if (range < 0) {
                long hole = holeLength(position, length - done);
                batch.fault(request, done, hole, Fault.OUTSIDE_PHYSICAL_MEMORY);
                done += hole;
                continue;
            }
            long run = Math.min(length - done, direct.end(range) - position);
            copy(batch, request, done, run, range, direction);
            done += run;
        }
        batch.finish(request);
    }

    private long holeLength(long position, long wanted) {
        int next = direct.firstEndingAbove(position);
        return next == direct.rangeCount() ? wanted : Address.min(wanted, direct.start(next) - position);
    }

    private void copy(MemoryBatch batch, int request, long done, long run, int range, Direction direction) {
        MemorySegment source = direct.segment(range);
        long sourceOffset = direct.offset(range, batch.address(request) + done);
        MemorySegment buffer = batch.buffer(request);
        long bufferOffset = batch.bufferOffset(request) + done;
        try {
            if (direction == Direction.READ) {
                MemorySegment.copy(source, sourceOffset, buffer, bufferOffset, run);
            } else {
                MemorySegment.copy(buffer, bufferOffset, source, sourceOffset, run);
            }
        } catch (InternalError pageNotThere) {
            // The JVM's answer to SIGBUS: the file became shorter than what was mapped of it.
            batch.fault(request, done, run, Fault.INPUT_OUTPUT);
        }
    }
}
