package io.memflow.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.record.FieldType.Array;
import io.memflow.core.record.FieldType.Nested;
import io.memflow.core.record.FieldType.Scalar;
import io.memflow.core.record.FieldType.Text;
import io.memflow.core.record.FieldType.Text.Encoding;
import io.memflow.core.view.ArchitectureView;
import io.memflow.core.view.MemoryMetrics;
import io.memflow.core.view.MeteredView;
import io.memflow.core.view.PatternMemory;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLayoutTest {
    private static final long BASE = 0x1000;
    private static final long END = 0x5000;

    private final PhysicalMemory memory = PatternMemory.of(List.of(new AddressRange(BASE, END - BASE)));

    record Point(int x, int y) {}

    @SuppressWarnings("ArrayRecordComponent") // What an array of the target becomes; nobody compares these.
    record Everything(
            byte b,
            short s,
            int i,
            long l,
            int ub,
            int us,
            long ui,
            float f,
            double d,
            long p32,
            long p64,
            int[] ints,
            long[] pointers,
            String name,
            String wide,
            Point point) {}

    /** Refuses what is no even number. */
    record Even(int value) {
        Even {
            if (value % 2 != 0) {
                throw new IllegalArgumentException("odd: " + value);
            }
        }
    }

    private static final RecordLayout<Point> POINT = RecordLayout.of(MethodHandles.lookup(), Point.class)
            .field("y", 0, Scalar.INT)
            .field("x", 8, Scalar.INT)
            .build();

    private static final RecordLayout<Even> EVEN = RecordLayout.of(MethodHandles.lookup(), Even.class)
            .field("value", 4, Scalar.INT)
            .build();

    private static RecordLayout<Everything> everything() {
        return RecordLayout.of(MethodHandles.lookup(), Everything.class)
                .field("point", 0x1800, new Nested(POINT))
                .field("b", 1, Scalar.BYTE)
                .field("s", 3, Scalar.SHORT)
                .field("i", 5, Scalar.INT)
                .field("l", 9, Scalar.LONG)
                .field("ub", 1, Scalar.UNSIGNED_BYTE)
                .field("us", 3, Scalar.UNSIGNED_SHORT)
                .field("ui", 5, Scalar.UNSIGNED_INT)
                .field("f", 0x20, Scalar.FLOAT)
                .field("d", 0x24, Scalar.DOUBLE)
                .field("p32", 0x30, Scalar.POINTER_32)
                .field("p64", 0x38, Scalar.POINTER_64)
                .field("ints", 0x40, new Array(Scalar.INT, 3))
                .field("pointers", 0x50, new Array(Scalar.POINTER_32, 2))
                .field("name", 0x1000, new Text(Encoding.UTF_8, 8))
                .field("wide", 0x1010, new Text(Encoding.UTF_16, 8))
                .build();
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsEveryKindOfFieldInEitherByteOrder(boolean little) {
        MemoryView view = new ArchitectureView(
                memory, little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, PointerWidth.BITS_64);
        long at = BASE + 5;
        view.writeByte(at + 1, (byte) -2);
        view.writeShort(at + 3, (short) -3);
        view.writeInt(at + 5, -4);
        view.writeLong(at + 9, Long.MIN_VALUE + 5);
        view.writeFloat(at + 0x20, 1.5f);
        view.writeDouble(at + 0x24, -2.5);
        view.writePointer(at + 0x30, 0xFFFF_0000L, PointerWidth.BITS_32);
        view.writePointer(at + 0x38, -1L);
        view.writeInts(at + 0x40, new int[] {1, -1, 7});
        view.writeInts(at + 0x50, new int[] {-1, 2});
        view.writeFixedUtf8(at + 0x1000, "kthreadd", 8);
        view.writeFixedUtf16(at + 0x1010, "ab", 8);
        view.writeInt(at + 0x1800, 20);
        view.writeInt(at + 0x1808, 10);

        Everything read = everything().read(view, at);

        assertThat(read)
                .usingRecursiveComparison()
                .isEqualTo(new Everything(
                        (byte) -2,
                        (short) -3,
                        -4,
                        Long.MIN_VALUE + 5,
                        0xFE,
                        0xFFFD,
                        0xFFFF_FFFCL,
                        1.5f,
                        -2.5,
                        0xFFFF_0000L,
                        -1,
                        new int[] {1, -1, 7},
                        new long[] {0xFFFF_FFFFL, 2},
                        "kthreadd",
                        "ab",
                        new Point(10, 20)));
    }

    @Test
    void readsAListAsOneBatch() {
        MemoryView metered = new MeteredView(memory);
        long[] addresses = new long[100];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = BASE + i * 0x10L;
            memory.writeInt(addresses[i], i);
            memory.writeInt(addresses[i] + 8, -i);
        }
        List<RecordRow<Point>> rows = POINT.read(metered, addresses);

        assertThat(metered.capability(MemoryMetrics.class).orElseThrow().reads().calls())
                .isEqualTo(1);
        assertThat(rows).hasSize(100);
        assertThat(rows.get(42)).isEqualTo(new RecordRow.Whole<>(addresses[42], new Point(-42, 42)));
    }

    @Test
    void fieldsFarApartAreReadAsPieces() {
        assertThat(everything().fields().pieceCount()).isEqualTo(3);
        assertThat(everything().fields().packedBytes()).isEqualTo(0x57 + 0x18 + 12);
        assertThat(everything().fields().bytes()).isEqualTo(0x180C);
    }

    @Test
    void rowsThatFailCostNoOther() {
        memory.writeInt(BASE + 4, 8);
        memory.writeInt(BASE + 12, 9);
        long[] addresses = {BASE, 0x10, BASE + 8, END - 6, -4};
        List<RecordRow<Even>> rows = EVEN.read(memory, addresses);

        assertThat(rows).extracting(RecordRow::address).containsExactly(BASE, 0x10L, BASE + 8, END - 6, -4L);
        assertThat(rows.get(0)).isEqualTo(new RecordRow.Whole<>(BASE, new Even(8)));
        assertThat(rows.get(1)).isInstanceOfSatisfying(RecordRow.Missing.class, missing -> {
            assertThat(missing.gap().range()).isEqualTo(new AddressRange(0x14, 4));
            assertThat(missing.gap().fault()).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
        });
        assertThat(rows.get(2))
                .isInstanceOfSatisfying(
                        RecordRow.Rejected.class,
                        rejected -> assertThat(rejected.cause()).hasMessage("odd: 9"));
        assertThat(rows.get(3))
                .isInstanceOfSatisfying(
                        RecordRow.Missing.class,
                        missing -> assertThat(missing.gap().range()).isEqualTo(new AddressRange(END, 2)));
        assertThat(rows.get(4))
                .as("its field would be at address 0 again")
                .isInstanceOfSatisfying(
                        RecordRow.Missing.class,
                        missing -> assertThat(missing.gap().fault()).isEqualTo(Fault.ADDRESS_OVERFLOW));
    }

    @Test
    void oneStructureThatCannotBeReadThrows() {
        assertThatThrownBy(() -> POINT.read(memory, END - 8))
                .isInstanceOfSatisfying(
                        MemoryAccessException.class,
                        missing -> assertThat(missing.address()).isEqualTo(END));
        memory.writeInt(BASE + 4, 3);
        assertThatThrownBy(() -> EVEN.read(memory, BASE)).hasMessage("odd: 3");
    }

    @Test
    void oddTextCostsNoRow() {
        record Named(String name) {}
        RecordLayout<Named> layout = RecordLayout.of(MethodHandles.lookup(), Named.class)
                .field("name", 0, new Text(Encoding.UTF_8, 4))
                .build();
        memory.writeInt(BASE, 0x00FF_6162);

        assertThat(layout.read(memory, BASE).name()).isEqualTo("ba\uFFFD");
    }

    @Test
    void refusesLayoutsThatDoNotFitTheRecord() {
        assertThatThrownBy(() -> RecordLayout.of(MethodHandles.lookup(), Point.class)
                        .field("x", 0, Scalar.INT)
                        .build())
                .hasMessageContaining("component y of Point");
        assertThatThrownBy(() -> RecordLayout.of(MethodHandles.lookup(), Point.class)
                        .field("x", 0, Scalar.LONG)
                        .field("y", 0, Scalar.INT)
                        .build())
                .hasMessageContaining("type int, but a LONG becomes long");
        assertThatThrownBy(() -> RecordLayout.of(MethodHandles.lookup(), Point.class)
                        .field("x", 0, Scalar.INT)
                        .field("y", 0, Scalar.INT)
                        .field("z", 0, Scalar.INT)
                        .build())
                .hasMessageContaining("z");
        assertThatThrownBy(() -> RecordLayout.of(MethodHandles.publicLookup(), Point.class)
                        .field("x", 0, Scalar.INT)
                        .field("y", 0, Scalar.INT)
                        .build())
                .hasMessageContaining("lookup");
        assertThatThrownBy(() -> FieldTable.builder().field("a", -1, Scalar.INT))
                .hasMessageContaining("offset -1");
        assertThatThrownBy(() -> FieldTable.builder().build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Array(Scalar.LONG, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Text(Encoding.UTF_16, 3)).isInstanceOf(IllegalArgumentException.class);
    }
}
