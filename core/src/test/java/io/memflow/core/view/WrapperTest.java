package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.AddressRange;
import io.memflow.core.address.PageType;
import io.memflow.core.memory.AddressBound;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.recording.RecordingMemory;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every wrapper. */
class WrapperTest {
    /** Every wrapper, which shows address 0x1000 of what it is given at the same place. */
    enum Wrapper {
        REMAPPED {
            @Override
            PhysicalMemory wrap(PhysicalMemory source) {
                return new RemappedMemory(source, Remapping.of(List.of(new RemappedRange(0, 0x10_0000, 0))));
            }
        },
        OFFSET {
            @Override
            PhysicalMemory wrap(PhysicalMemory source) {
                return new OffsetMemory(source, 0);
            }
        },
        ARCHITECTURE {
            @Override
            PhysicalMemory wrap(PhysicalMemory source) {
                return new ArchitectureMemory(source, ByteOrder.BIG_ENDIAN, PointerWidth.BITS_32);
            }
        },
        ZERO_FILLED {
            @Override
            PhysicalMemory wrap(PhysicalMemory source) {
                return new ZeroFilledMemory(source);
            }
        },
        DELAYED {
            @Override
            PhysicalMemory wrap(PhysicalMemory source) {
                return new DelayedMemory(source, Duration.ZERO);
            }
        },
        METERED {
            @Override
            PhysicalMemory wrap(PhysicalMemory source) {
                return new MeteredMemory(source);
            }
        },
        RECORDING {
            @Override
            PhysicalMemory wrap(PhysicalMemory source) {
                return new RecordingMemory(source, OutputStream.nullOutputStream());
            }
        };

        abstract PhysicalMemory wrap(PhysicalMemory source);

        boolean seesEveryAccess() {
            return this == DELAYED || this == METERED || this == RECORDING;
        }
    }

    /** A capability that no wrapper knows. */
    private static final class Stranger {}

    /** One that no wrapper knows, and that takes addresses. */
    private static final class Mapped implements AddressBound {}

    /** Takes note of what reaches it. */
    private static final class Probe implements PhysicalMemory {
        final Stranger stranger = new Stranger();
        final Mapped mapped = new Mapped();
        long upper;
        int pageType;
        int calls;
        int closed;

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
            return MemoryMap.of(List.of(new AddressRange(0, 0x10_0000)));
        }

        @Override
        public String description() {
            return "probe";
        }

        @Override
        public List<String> defects() {
            return List.of("a defect");
        }

        @Override
        public int idealBatchSize() {
            return 77;
        }

        @Override
        public <C> Optional<C> capability(Class<C> type) {
            return type == Stranger.class
                    ? Optional.of(type.cast(stranger))
                    : type == Mapped.class ? Optional.of(type.cast(mapped)) : Optional.empty();
        }

        @Override
        public void read(MemoryBatch batch) {
            upper = batch.upper();
            pageType = batch.pageType(0);
            calls++;
            batch.restart();
            for (int request = 0; request < batch.size(); request++) {
                batch.finish(request);
            }
        }

        @Override
        public void write(MemoryBatch batch) {
            read(batch);
        }

        @Override
        public void close() {
            closed++;
        }
    }

    /** A remapping has no place for addresses beyond 64 bits; what lies there faults. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REMAPPED")
    void carriesTheUpperWordAndThePageType(Wrapper wrapper) {
        Probe probe = new Probe();
        PhysicalMemory memory = wrapper.wrap(probe);
        MemoryBatch batch = new MemoryBatch();
        batch.upper(0x1234);
        batch.add(0x1000, MemorySegment.ofArray(new byte[8]), 0, 8, PageType.PAGE_TABLE);
        memory.read(batch);

        assertThat(probe.upper).isEqualTo(0x1234);
        assertThat(probe.pageType).isEqualTo(PageType.PAGE_TABLE);
        assertThat(batch.status(0)).isEqualTo(RequestStatus.WHOLE);

        batch.clear();
        batch.add(0x1000, MemorySegment.ofArray(new byte[8]), 0, 8, PageType.WRITABLE);
        memory.write(batch);
        assertThat(probe.upper).as("forgotten with the batch").isZero();
        assertThat(probe.pageType).isEqualTo(PageType.WRITABLE);
    }

    @ParameterizedTest
    @EnumSource
    void whatTakesAddressesIsHandedOnOnlyWhereTheyAreTheSameAndNeedNotBeSeen(Wrapper wrapper) {
        Probe probe = new Probe();
        PhysicalMemory memory = wrapper.wrap(probe);
        boolean moves = wrapper == Wrapper.REMAPPED || wrapper == Wrapper.OFFSET;
        assertThat(memory.capability(Stranger.class)).contains(probe.stranger);
        assertThat(memory.capability(Mapped.class).isPresent()).isEqualTo(!moves && !wrapper.seesEveryAccess());
    }

    @Test
    void remappedMemoryHoldsNothingBeyond64Bits() {
        Probe probe = new Probe();
        MemoryBatch batch = new MemoryBatch();
        batch.upper(1);
        batch.add(0x1000, MemorySegment.ofArray(new byte[8]));
        Wrapper.REMAPPED.wrap(probe).read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
        assertThat(probe.calls).as("nothing to ask of the source").isZero();
    }

    @ParameterizedTest
    @EnumSource
    void remappedMemoryCarriesThePageTypeOfEachPiece(PageKind kind) {
        Probe probe = new Probe();
        MemoryBatch batch = new MemoryBatch();
        batch.add(0x1000, MemorySegment.ofArray(new byte[8]), 0, 8, kind.flags);
        Wrapper.REMAPPED.wrap(probe).read(batch);

        assertThat(probe.pageType).isEqualTo(kind.flags);
    }

    enum PageKind {
        UNKNOWN(PageType.UNKNOWN),
        TABLE(PageType.PAGE_TABLE | PageType.WRITABLE);

        final int flags;

        PageKind(int flags) {
            this.flags = flags;
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatTheSourceSaysOfItself(Wrapper wrapper) {
        PhysicalMemory memory = wrapper.wrap(new Probe());

        assertThat(memory.capability(Stranger.class)).isPresent();
        assertThat(memory.properties().access()).isEqualTo(ViewProperties.Access.READ_WRITE);
        assertThat(memory.properties().addressBits()).isEqualTo(128);
        assertThat(memory.idealBatchSize()).isEqualTo(77);
        assertThat(memory.defects()).contains("a defect");
        assertThat(memory.description()).contains("probe");
        assertThat(memory.map().totalBytes()).isEqualTo(0x10_0000);
    }

    @ParameterizedTest
    @EnumSource
    void keepsDirectAccessUnlessItExistsToSeeEachAccess(Wrapper wrapper) {
        try (PhysicalMemory memory = wrapper.wrap(PatternMemory.of(List.of(new AddressRange(0x1000, 0x2000))))) {
            assertThat(memory.capability(DirectMap.class).isPresent()).isNotEqualTo(wrapper.seesEveryAccess());
            assertThat(memory.direct(0x1004, 8).isPresent()).isNotEqualTo(wrapper.seesEveryAccess());
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesThrough(Wrapper wrapper) {
        try (PhysicalMemory memory = wrapper.wrap(PatternMemory.of(List.of(new AddressRange(0x1000, 0x2000))))) {
            memory.writeLong(0x1FFD, 0x0102_0304_0506_0708L);

            assertThat(memory.readLong(0x1FFD)).isEqualTo(0x0102_0304_0506_0708L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void makesOneCallOfOneBatch(Wrapper wrapper) {
        Probe probe = new Probe();
        MemoryBatch batch = new MemoryBatch();
        for (int i = 0; i < 100; i++) {
            batch.add(0x1000 + i * 0x100L, MemorySegment.ofArray(new byte[8]));
        }
        wrapper.wrap(probe).read(batch);

        assertThat(probe.calls).isEqualTo(1);
        assertThat(batch.allWhole()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void closesTheSource(Wrapper wrapper) {
        Probe probe = new Probe();
        wrapper.wrap(probe).close();

        assertThat(probe.closed).isEqualTo(1);
    }
}
