package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SingleAccessTest {
    /** Answers each byte with the low byte of its address, after a single access of its own where there is one below. */
    private record Counting(Optional<MemoryView> below, int missing) implements MemoryView {
        @Override
        public ViewProperties properties() {
            return new ViewProperties(
                    AddressKind.VIRTUAL, ByteOrder.BIG_ENDIAN, Long.BYTES, Long.SIZE, ViewProperties.Access.READ_WRITE);
        }

        @Override
        public <C> Optional<C> capability(Class<C> type) {
            return Optional.empty();
        }

        @Override
        public void read(MemoryBatch batch) {
            batch.restart();
            for (int request = 0; request < batch.size(); request++) {
                below.ifPresent(view -> assertThat(view.readInt(0x10)).isEqualTo(0x1011_1213));
                for (long i = 0; i < batch.length(request); i++) {
                    batch.buffer(request).set(ValueLayout.JAVA_BYTE, batch.bufferOffset(request) + i, (byte)
                            (batch.address(request) + i));
                }
                // The higher one first, as a source that ends its requests in any order may.
                for (int i = missing; i > 0; i--) {
                    batch.fault(request, i, 1, Fault.NOT_PRESENT);
                }
                batch.finish(request);
            }
        }
    }

    private final MemoryView inner = new Counting(Optional.empty(), 0);

    @Test
    void oneAccessInsideAnotherHasRoomOfItsOwn() {
        MemoryView outer = new Counting(Optional.of(new Counting(Optional.of(inner), 0)), 0);

        for (int round = 0; round < 3; round++) {
            assertThat(outer.readLong(0x20)).isEqualTo(0x2021_2223_2425_2627L);
            assertThat(outer.readShort(0x20)).isEqualTo((short) 0x2021);
        }
    }

    @Test
    void faultsNameTheLowestAddressAndDoNotStay() {
        MemoryView lossy = new Counting(Optional.empty(), 3);

        assertThatThrownBy(() -> lossy.readLong(0x40)).isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
            assertThat(missing.address()).isEqualTo(0x41);
            assertThat(missing.length()).isEqualTo(8);
        });
        assertThat(lossy.tryRead(0x40, MemorySegment.ofArray(new byte[8]))).isEqualTo(Fault.NOT_PRESENT);
        assertThat(inner.readLong(0)).isEqualTo(0x0001_0203_0405_0607L);
        assertThat(inner.tryRead(0, MemorySegment.ofArray(new byte[8]))).isEqualTo(Fault.NONE);
    }

    @Test
    void refusesSizesThatNoScalarHas() {
        assertThatThrownBy(() -> inner.readUnsigned(0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> inner.writeUnsigned(0, 5, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(inner.readByte(7)).isEqualTo((byte) 7);
    }
}
