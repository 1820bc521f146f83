package io.memflow.core.translate.property;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.translate.reference.ReferenceMmu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Physical memory of a few hundred KiB with a hole in it whose edge cuts an entry in two, seen by the models as an array
 * and by the code under test as {@link PhysicalMemory}, mapped or not.
 */
@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
final class MadeMemory implements ReferenceMmu.Words, AutoCloseable {
    final int bits;
    final long upper;
    final byte[] bytes;
    final long holeStart;
    final long holeEnd;
    final MappedMemory mapped;

    /**
     * Memory of zeros.
     *
     * @param bits log2 of where it ends
     * @param upper bits 64 to 127 of all its addresses
     */
    MadeMemory(int bits, long upper) {
        this.bits = bits;
        this.upper = upper;
        bytes = new byte[1 << bits];
        holeStart = bytes.length / 4L * 3 - 22;
        holeEnd = bytes.length / 8L * 7;
        MemorySegment segment = MemorySegment.ofArray(bytes);
        DirectMap direct = DirectMap.builder()
                .add(0, segment, 0, holeStart)
                .add(holeEnd, segment, holeEnd, bytes.length - holeEnd)
                .build();
        mapped = new MappedMemory(direct, Arena.ofShared(), ViewProperties.Access.READ_WRITE, "made", List.of());
    }

    /** The memory with its bytes in reach, or where addresses are wide as its only form. */
    PhysicalMemory direct() {
        return upper == 0 ? mapped : new Distant(mapped, upper);
    }

    /** The memory behind calls. */
    PhysicalMemory distant() {
        return new Distant(mapped, upper);
    }

    boolean holds(BigInteger physical, long length) {
        BigInteger low = physical.subtract(Wide.of(upper, 0));
        if (low.signum() < 0 || low.bitLength() > bits) {
            return false;
        }
        long from = low.longValue();
        long to = from + length;
        return to <= holeStart || (from >= holeEnd && to <= bytes.length);
    }

    @Override
    public OptionalLong read(BigInteger physical, int length) {
        if (!holds(physical, length)) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | (bytes[(int) physical.longValue() + i] & 0xFF);
        }
        return OptionalLong.of(value);
    }

    @Override
    public void close() {
        mapped.close();
    }

    /** Hides what is mapped, and places all addresses above 2^64 where wanted. */
    private record Distant(MappedMemory below, long upper) implements PhysicalMemory {
        @Override
        public MemoryMap map() {
            return below.map();
        }

        @Override
        public String description() {
            return "distant";
        }

        @Override
        public ViewProperties properties() {
            return below.properties();
        }

        @Override
        public <C> Optional<C> capability(Class<C> type) {
            return Optional.empty();
        }

        @Override
        public int idealBatchSize() {
            return 64;
        }

        @Override
        public void read(MemoryBatch batch) {
            pass(batch, MemoryView::read);
        }

        @Override
        public void write(MemoryBatch batch) {
            pass(batch, MemoryView::write);
        }

        private interface Operation {
            void run(MemoryView view, MemoryBatch batch);
        }

        private void pass(MemoryBatch batch, Operation operation) {
            MemoryBatch inner = new MemoryBatch(batch.size());
            for (int i = 0; i < batch.size(); i++) {
                inner.add(batch.address(i), batch.buffer(i), batch.bufferOffset(i), batch.length(i), batch.pageType(i));
            }
            // Anything but the wanted upper half is a place the memory below does not have.
            inner.upper(batch.upper() == upper ? 0 : 1);
            operation.run(below, inner);
            batch.restart();
            for (int i = 0; i < inner.faultCount(); i++) {
                batch.fault(inner.faultRequest(i), inner.faultOffset(i), inner.faultLength(i), inner.faultCause(i));
            }
            for (int i = 0; i < batch.size(); i++) {
                batch.finish(i);
            }
        }

        @Override
        public void close() {
            below.close();
        }
    }
}
