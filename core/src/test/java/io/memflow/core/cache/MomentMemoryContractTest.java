package io.memflow.core.cache;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.MeteredMemory;
import io.memflow.core.view.PatternMemory;
import io.memflow.core.view.WrappedMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Nested;

class MomentMemoryContractTest {
    abstract static class Contract extends PhysicalMemoryContract {
        @Override
        protected List<AddressRange> ranges() {
            return List.of(
                    new AddressRange(0x234, 0x9_F123),
                    new AddressRange(0xA_0000, 0x3000),
                    new AddressRange(0xA_5800, 0x900),
                    new AddressRange(0xA_6200, 0x10),
                    new AddressRange(0x1_0000_0000L, 0x1_0001),
                    new AddressRange(0xFFFF_8000_0000_0000L, 0x2000));
        }

        final MomentMemory made() {
            // Metering hides that the memory is mapped.
            return new MomentMemory(new MeteredMemory(PatternMemory.of(ranges())));
        }
    }

    @Nested
    class BetweenMoments extends Contract {
        @Override
        protected PhysicalMemory open() {
            return made();
        }
    }

    @Nested
    class InMoments extends Contract {
        @Override
        protected PhysicalMemory open() {
            return new EachInMoment(made());
        }
    }

    /** Makes a moment of each access, which fetches what the one before needed. */
    private static final class EachInMoment extends WrappedMemory {
        private final PhysicalMemory memory;
        private final Moments moments;

        EachInMoment(PhysicalMemory memory) {
            super(memory, memory);
            this.memory = memory;
            moments = memory.capability(Moments.class).orElseThrow();
        }

        @Override
        public void read(MemoryBatch batch) {
            moments.during("contract", () -> {
                memory.read(batch);
                return batch;
            });
        }

        @Override
        public void write(MemoryBatch batch) {
            moments.during("contract", () -> {
                memory.write(batch);
                return batch;
            });
        }

        @Override
        public Fault tryRead(long address, MemorySegment buffer) {
            return moments.during("contract", () -> memory.tryRead(address, buffer));
        }

        @Override
        public long readUnsigned(long address, int bytes) {
            return moments.during("contract", () -> memory.readUnsigned(address, bytes));
        }
    }
}
