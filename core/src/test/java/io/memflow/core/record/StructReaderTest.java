package io.memflow.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.record.FieldType.Array;
import io.memflow.core.record.FieldType.Scalar;
import io.memflow.core.view.PatternMemory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StructReaderTest {
    private static final long BASE = 0x1000;

    private final PhysicalMemory memory = PatternMemory.of(List.of(new AddressRange(BASE, 0x1000)));
    private final FieldTable table = FieldTable.builder()
            .field("next", 0x400, Scalar.POINTER_64)
            .field("count", 0, Scalar.UNSIGNED_SHORT)
            .field("ratio", 8, Scalar.DOUBLE)
            .field("parts", 16, new Array(Scalar.SHORT, 2))
            .field("shares", 24, new Array(Scalar.FLOAT, 2))
            .build();
    private final StructReader reader = new StructReader(table);

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void givesFieldsByRowAndSlot() {
        memory.writeShort(BASE, (short) -1);
        memory.writeDouble(BASE + 8, 0.5);
        memory.writeShorts(BASE + 16, new short[] {4, -5});
        memory.writeFloats(BASE + 24, new float[] {0.25f, 0.75f});
        memory.writeLong(BASE + 0x400, BASE + 0x20);
        memory.writeShort(BASE + 0x20, (short) 7);
        reader.read(memory, new long[] {BASE, BASE + 0x20});

        assertThat(reader.rows()).isEqualTo(2);
        assertThat(reader.getLong(0, table.slot("next"))).isEqualTo(BASE + 0x20);
        assertThat(reader.getInt(0, 1)).isEqualTo(0xFFFF);
        assertThat(reader.getDouble(0, 2)).isEqualTo(0.5);
        assertThat(reader.getLong(0, 3, 1)).isEqualTo(-5);
        assertThat(reader.getDouble(0, 4, 1)).isEqualTo(0.75);
        assertThat(reader.getInt(1, 1)).isEqualTo(7);
        assertThat(reader.address(1)).isEqualTo(BASE + 0x20);
        assertThat(reader.fault(1)).isEqualTo(Fault.NONE);
        assertThatThrownBy(() -> reader.gap(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRowWithAFaultGivesNothing() {
        reader.read(memory, new long[] {BASE + 0xC00, BASE, BASE + 0xBFC});

        assertThat(reader.fault(0)).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
        assertThat(reader.gap(0).range()).isEqualTo(new AddressRange(0x2000, 8));
        assertThat(reader.gap(2).range()).isEqualTo(new AddressRange(0x2000, 4));
        assertThatThrownBy(() -> reader.getInt(0, 1))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        missing -> assertThat(missing.address()).isEqualTo(0x2000));
        assertThat(reader.fault(1)).isEqualTo(Fault.NONE);

        reader.read(memory, new long[] {BASE, BASE, BASE}, 1, 1);
        assertThat(reader.rows()).isEqualTo(1);
        assertThat(reader.fault(0)).as("faults of the read before are gone").isEqualTo(Fault.NONE);
    }

    @Test
    void refusesRowsSlotsAndKindsThatAreNotThere() {
        reader.read(memory, new long[] {BASE});

        assertThatThrownBy(() -> reader.getLong(1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.getLong(0, 9)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.getLong(0, 3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> reader.getLong(0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.getLong(0, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.getDouble(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> table.slot("none")).hasMessageContaining("none");
    }
}
