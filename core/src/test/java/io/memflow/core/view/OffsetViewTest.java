package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OffsetViewTest {
    private static final long TOP = 0xFFFF_FFFF_FFFF_0000L;

    private final PhysicalMemory source =
            PatternMemory.of(List.of(new AddressRange(0, 0x1000), new AddressRange(TOP, 0xF000)));
    private final MemoryView view = new OffsetView(source, TOP);

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void startsElsewhere() {
        assertThat(view.readBytes(0x10, 8)).isEqualTo(Pattern.bytes(TOP + 0x10, 8));
        assertThat(view.readLong(0x10)).isEqualTo(source.readLong(TOP + 0x10));
    }

    @Test
    void nothingWrapsAround() {
        for (long address : new long[] {0xFFF8, 0x1_0000, 0x1_0800, -8}) {
            MemoryBatch batch = new MemoryBatch();
            batch.add(address, MemorySegment.ofArray(new byte[16]));
            view.read(batch);

            assertThat(batch.faultCause(0)).as("address 0x%x", address).isEqualTo(Fault.ADDRESS_OVERFLOW);
            assertThat(batch.faultLength(0)).isEqualTo(16);
            assertThat(view.tryRead(address, MemorySegment.ofArray(new byte[16])))
                    .isEqualTo(Fault.ADDRESS_OVERFLOW);
        }
        assertThatThrownBy(() -> view.readLong(0x1_0000))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        missing -> assertThat(missing.address()).isEqualTo(0x1_0000));
    }

    @Test
    void faultsNameTheCallersAddress() {
        assertThatThrownBy(() -> view.readInt(0xEFFE))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        missing -> assertThat(missing.address()).isEqualTo(0xF000));
    }

    @Test
    void memoryBelowTheStartIsGone() {
        try (PhysicalMemory memory = new OffsetMemory(source, 0x800)) {
            assertThat(memory.map().ranges())
                    .containsExactly(new AddressRange(0, 0x800), new AddressRange(TOP - 0x800, 0xF000));
            assertThat(memory.direct(0, 0x800)).isPresent();
            assertThat(memory.direct(0, 0x801)).isEmpty();
        }
    }
}
