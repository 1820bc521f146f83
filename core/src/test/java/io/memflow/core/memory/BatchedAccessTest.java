package io.memflow.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.BatchedAccess.Order;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchedAccessTest {
    private static final long BASE = 0x1000;

    private final Arena arena = Arena.ofShared();
    private final PhysicalMemory memory = new MappedMemory(
            DirectMap.builder().add(BASE, arena.allocate(64), 0, 64).build(),
            arena,
            ViewProperties.Access.READ_WRITE,
            "test",
            List.of());
    private final BatchedAccess access = new BatchedAccess();
    private final byte[] read = new byte[4];

    @AfterEach
    void close() {
        memory.close();
    }

    private static MemorySegment bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return MemorySegment.ofArray(bytes);
    }

    @Test
    void readsSeeMemoryBeforeTheWrites() {
        access.write(BASE, bytes(1, 2, 3, 4));
        access.read(BASE, MemorySegment.ofArray(read));
        access.commit(memory, Order.READS_FIRST);

        assertThat(read).containsOnly(0);
        assertThat(memory.readInt(BASE)).isEqualTo(0x0403_0201);
        assertThat(access.allWhole()).isTrue();
    }

    @Test
    void readsSeeWhatTheWritesLeft() {
        access.read(BASE, MemorySegment.ofArray(read));
        access.write(BASE, bytes(1, 2, 3, 4));
        access.commit(memory, Order.WRITES_FIRST);

        assertThat(read).containsExactly(1, 2, 3, 4);
    }

    @ParameterizedTest
    @EnumSource
    void faultsOfOnePhaseDoNotSuppressTheOther(Order order) {
        int lostRead = access.read(0, MemorySegment.ofArray(new byte[4]));
        int goodRead = access.read(BASE + 8, MemorySegment.ofArray(read));
        int lostWrite = access.write(BASE + 62, bytes(1, 2, 3, 4));
        int goodWrite = access.write(BASE, bytes(9));
        access.commit(memory, order);

        assertThat(access.reads().status(lostRead)).isEqualTo(RequestStatus.FAILED);
        assertThat(access.reads().status(goodRead)).isEqualTo(RequestStatus.WHOLE);
        assertThat(access.writes().status(lostWrite)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(access.writes().status(goodWrite)).isEqualTo(RequestStatus.WHOLE);
        assertThat(access.allWhole()).isFalse();
        assertThat(memory.readByte(BASE)).isEqualTo((byte) 9);
    }

    @Test
    void carriesTheUpperWordToBoth() {
        access.upper(1);
        access.read(BASE, MemorySegment.ofArray(read));
        access.write(BASE, bytes(1));
        access.commit(memory, Order.READS_FIRST);

        assertThat(access.reads().faultCause(0)).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
        assertThat(access.writes().faultCause(0)).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
        access.clear();
        assertThat(access.reads().size() + access.writes().size()).isZero();
        assertThat(access.reads().upper()).isZero();
    }
}
