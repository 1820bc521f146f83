package io.memflow.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RequestStatus;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ZeroFilledViewTest {
    private static final byte UNTOUCHED = 0x5A;

    private final ZeroFilledMemory memory = new ZeroFilledMemory(
            PatternMemory.of(List.of(new AddressRange(0x1000, 0x1000), new AddressRange(0x3000, 0x1000))));

    @AfterEach
    void close() {
        memory.close();
    }

    private static byte[] untouched(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, UNTOUCHED);
        return bytes;
    }

    @Test
    void holesBelowTheEndAreZero() {
        byte[] bytes = untouched(0x4000);
        memory.read(0, MemorySegment.ofArray(bytes));

        assertThat(Arrays.copyOf(bytes, 0x1000)).containsOnly(0);
        assertThat(Arrays.copyOfRange(bytes, 0x1000, 0x2000)).isEqualTo(Pattern.bytes(0x1000, 0x1000));
        assertThat(Arrays.copyOfRange(bytes, 0x2000, 0x3000)).containsOnly(0);
        assertThat(Arrays.copyOfRange(bytes, 0x3000, 0x4000)).isEqualTo(Pattern.bytes(0x3000, 0x1000));
        assertThat(memory.readLong(0x2100)).isZero();
    }

    @Test
    void countsWhatItFilled() {
        assertThat(memory.fills().bytes()).isZero();
        memory.readBytes(0xFFF, 2);
        memory.readBytes(0x1800, 0x2000);

        assertThat(memory.fills().bytes()).isEqualTo(0x1001);
        assertThat(memory.fills().bytes(Fault.OUTSIDE_PHYSICAL_MEMORY)).isEqualTo(0x1001);
        assertThat(memory.fills().bytes(Fault.INPUT_OUTPUT)).isZero();
        assertThat(memory.fills().runs()).isEqualTo(2);
        assertThat(new MeteredMemory(memory).capability(ZeroFills.class)).containsSame(memory.fills());
        assertThat(memory.defects()).last().asString().contains("4097 bytes in 2 runs");
    }

    @Test
    void faultsFromTheEndOnStay() {
        byte[] bytes = untouched(0x2000);
        MemoryBatch batch = new MemoryBatch();
        batch.add(0x2800, MemorySegment.ofArray(bytes));
        batch.add(0x4000, MemorySegment.ofArray(untouched(8)));
        batch.add(-4, MemorySegment.ofArray(untouched(8)));
        memory.read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(batch.transferred(0)).isEqualTo(0x1800);
        assertThat(batch.faultOffset(0)).isEqualTo(0x1800);
        assertThat(bytes[0x7FF]).isZero();
        assertThat(bytes[0x1800]).isEqualTo(UNTOUCHED);
        assertThat(batch.status(1)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.status(2)).isEqualTo(RequestStatus.FAILED);
        assertThat(batch.faultCause(2)).isEqualTo(Fault.ADDRESS_OVERFLOW);
        assertThatThrownBy(() -> memory.readInt(0x3FFE)).isInstanceOf(MemoryAccessException.class);
    }

    @Test
    void fillsTheHolesOfOneRunThatCrossesTheEnd() {
        ZeroFilledView view = new ZeroFilledView(memory, 0x4800);
        MemoryBatch batch = new MemoryBatch();
        byte[] bytes = untouched(0x1000);
        batch.add(0x4000, MemorySegment.ofArray(bytes));
        view.read(batch);

        assertThat(batch.transferred(0)).isEqualTo(0x800);
        assertThat(bytes[0x7FF]).isZero();
        assertThat(bytes[0x800]).isEqualTo(UNTOUCHED);
    }

    @Test
    void fillsNothingBeyond64Bits() {
        MemoryBatch batch = new MemoryBatch();
        batch.upper(1);
        batch.add(0, MemorySegment.ofArray(new byte[8]));
        memory.read(batch);

        assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
        assertThat(memory.fills().bytes()).isZero();
    }

    @Test
    void writesToHolesStillFail() {
        assertThatThrownBy(() -> memory.writeInt(0x2000, 1)).isInstanceOf(MemoryAccessException.class);
        assertThat(memory.map().ranges()).hasSize(2);
    }
}
