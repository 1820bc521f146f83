package io.memflow.core.translate;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Physical memory of 128-bit addresses that holds a few frames of 4 KiB, each where a test put bytes, and nothing else.
 * Offers no direct access; {@link #mapped()} is the same memory with it.
 */
final class FrameMemory implements PhysicalMemory {
    private static final int FRAME = 0x1000;

    /** Where a frame lies: bits 64 to 127 of its addresses, and its first address below that. */
    private record Place(long upper, long start) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int uppers = Long.compareUnsigned(upper, other.upper);
            return uppers != 0 ? uppers : Long.compareUnsigned(start, other.start);
        }
    }

    private final Map<Place, MemorySegment> frames = new TreeMap<>();
    /** Batches executed, for tests that count calls. */
    int batches;

    private MemorySegment frame(long upper, long address) {
        return frames.computeIfAbsent(
                new Place(upper, address & -FRAME), place -> Arena.ofAuto().allocate(FRAME, Long.BYTES));
    }

    /** Writes the low {@code bytes} bytes of a value, little-endian; the rest of its frame reads as zeros. */
    void put(long upper, long address, long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            frame(upper, address + i)
                    .set(ValueLayout.JAVA_BYTE, address + i & FRAME - 1, (byte) (value >>> (i * Byte.SIZE)));
        }
    }

    void put(long address, long value, int bytes) {
        put(0, address, value, bytes);
    }

    /** The frames below 2^64 as memory with direct access. Closing it does nothing to this one. */
    @SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
    PhysicalMemory mapped() {
        DirectMap.Builder builder = DirectMap.builder();
        frames.forEach((place, segment) -> {
            if (place.upper == 0) {
                builder.add(place.start, segment, 0, FRAME);
            }
        });
        return new MappedMemory(
                builder.build(), Arena.ofShared(), ViewProperties.Access.READ_WRITE, "frames", List.of());
    }

    @Override
    public ViewProperties properties() {
        return new ViewProperties(
                AddressKind.PHYSICAL,
                ByteOrder.LITTLE_ENDIAN,
                Long.BYTES,
                2 * Long.SIZE,
                ViewProperties.Access.READ_WRITE);
    }

    @Override
    public MemoryMap map() {
        return MemoryMap.of(frames.keySet().stream()
                .filter(place -> place.upper == 0)
                .map(place -> new AddressRange(place.start, FRAME))
                .toList());
    }

    @Override
    public String description() {
        return "frames";
    }

    @Override
    public void read(MemoryBatch batch) {
        execute(batch, true);
    }

    @Override
    public void write(MemoryBatch batch) {
        execute(batch, false);
    }

    private void execute(MemoryBatch batch, boolean read) {
        batches++;
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            for (long done = 0; done < batch.length(request); ) {
                long address = batch.address(request) + done;
                long run = Math.min(batch.length(request) - done, FRAME - (address & FRAME - 1));
                MemorySegment frame = frames.get(new Place(batch.upper(), address & -FRAME));
                MemorySegment buffer = batch.buffer(request);
                long at = batch.bufferOffset(request) + done;
                if (frame == null) {
                    batch.fault(request, done, run, Fault.OUTSIDE_PHYSICAL_MEMORY);
                } else if (read) {
                    MemorySegment.copy(frame, address & FRAME - 1, buffer, at, run);
                } else {
                    MemorySegment.copy(buffer, at, frame, address & FRAME - 1, run);
                }
                done += run;
            }
            batch.finish(request);
        }
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
