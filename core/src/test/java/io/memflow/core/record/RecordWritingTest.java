package io.memflow.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
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
import io.memflow.core.view.WrapperView;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordWritingTest {
    private static final long BASE = 0x1000;
    private static final long END = 0x5000;

    private final PhysicalMemory memory = PatternMemory.of(List.of(new AddressRange(BASE, END - BASE)));

    record Point(int x, int y) {}

    record Small(int ub, int us, long ui, long p32, byte b, short s) {}

    @SuppressWarnings("ArrayRecordComponent") // What an array of the target becomes; nobody compares these.
    record Mixed(int i, long l, float f, double d, int[] ints, String name, String wide, Point point) {}

    record Union(int whole, short half) {}

    private static final RecordLayout<Point> POINT = RecordLayout.of(MethodHandles.lookup(), Point.class)
            .field("y", 0, Scalar.INT)
            .field("x", 8, Scalar.INT)
            .build();

    private static final RecordLayout<Small> SMALL = RecordLayout.of(MethodHandles.lookup(), Small.class)
            .field("ub", 0, Scalar.UNSIGNED_BYTE)
            .field("us", 1, Scalar.UNSIGNED_SHORT)
            .field("ui", 3, Scalar.UNSIGNED_INT)
            .field("p32", 7, Scalar.POINTER_32)
            .field("b", 11, Scalar.BYTE)
            .field("s", 12, Scalar.SHORT)
            .build();

    private static final RecordLayout<Mixed> MIXED = RecordLayout.of(MethodHandles.lookup(), Mixed.class)
            .field("i", 3, Scalar.INT)
            .field("l", 9, Scalar.LONG)
            .field("f", 0x20, Scalar.FLOAT)
            .field("d", 0x24, Scalar.DOUBLE)
            .field("ints", 0x40, new Array(Scalar.INT, 3))
            .field("name", 0x1000, new Text(Encoding.UTF_8, 8))
            .field("wide", 0x1010, new Text(Encoding.UTF_16, 8))
            .field("point", 0x800, new Nested(POINT))
            .build();

    private static final RecordLayout<Union> UNION = RecordLayout.of(MethodHandles.lookup(), Union.class)
            .field("whole", 0, Scalar.INT)
            .field("half", 0, Scalar.SHORT)
            .build();

    @AfterEach
    void close() {
        memory.close();
    }

    private byte[] all() {
        return memory.readBytes(BASE, (int) (END - BASE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void writesEveryKindOfFieldAndNothingBetween(boolean little) {
        ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        MemoryView view = new ArchitectureView(memory, order, PointerWidth.BITS_64);
        Mixed value = new Mixed(
                -4, Long.MIN_VALUE + 5, 1.5f, -2.5, new int[] {1, -1, 7}, "kthreadd", "ab", new Point(10, 20));
        byte[] before = all();
        MIXED.write(view, BASE + 5, value);

        assertThat(MIXED.read(view, BASE + 5)).usingRecursiveComparison().isEqualTo(value);
        // By hand: these ranges hold the fields, all other bytes are as before.
        int[][] fields = {{3, 4}, {9, 8}, {0x20, 12}, {0x40, 12}, {0x1000, 8}, {0x1010, 8}, {0x800, 4}, {0x808, 4}};
        byte[] after = all();
        for (int[] field : fields) {
            Arrays.fill(before, 5 + field[0], 5 + field[0] + field[1], (byte) 0);
            Arrays.fill(after, 5 + field[0], 5 + field[0] + field[1], (byte) 0);
        }
        assertThat(after).isEqualTo(before);
        assertThat(view.readInt(BASE + 5 + 0x808)).isEqualTo(10);
        assertThat(view.readFixedUtf16(BASE + 5 + 0x1010, 8)).isEqualTo("ab");
        assertThat(view.readLong(BASE + 5 + 9)).isEqualTo(Long.MIN_VALUE + 5);
    }

    @Test
    void everyBitOfAFloatSurvives() {
        record Ratio(float value) {}
        RecordLayout<Ratio> layout = RecordLayout.of(MethodHandles.lookup(), Ratio.class)
                .field("value", 0, Scalar.FLOAT)
                .build();
        // A quiet NaN with a payload, a negative zero, the smallest number.
        for (int bits : new int[] {0x7FC1_2345, 0x8000_0000, 1}) {
            memory.writeInt(BASE, bits);
            layout.write(memory, BASE + 8, layout.read(memory, BASE));
            assertThat(memory.readInt(BASE + 8)).isEqualTo(bits);
        }
    }

    @Test
    void writesAListAsOneBatch() {
        MemoryView metered = new MeteredView(memory);
        long[] addresses = new long[100];
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = BASE + i * 0x10L;
            points.add(new Point(i, -i));
        }
        List<WrittenRow> rows = POINT.write(metered, addresses, points);

        assertThat(metered.capability(MemoryMetrics.class)
                        .orElseThrow()
                        .writes()
                        .calls())
                .isEqualTo(1);
        assertThat(rows).hasSize(100).allMatch(row -> row instanceof WrittenRow.Whole);
        assertThat(rows)
                .extracting(WrittenRow::address)
                .containsExactly(Arrays.stream(addresses).boxed().toArray(Long[]::new));
        assertThat(memory.readInt(addresses[42] + 8)).isEqualTo(42);
        assertThat(memory.readInt(addresses[42])).isEqualTo(-42);
    }

    @Test
    void rowsThatFailCostNoOther() {
        long[] addresses = {BASE, 0x10, END - 4, END - 10, -8, BASE + 0x100};
        List<Point> points = Collections.nCopies(6, new Point(1, 2));
        List<WrittenRow> rows = POINT.write(memory, addresses, points);

        assertThat(rows.get(0)).isEqualTo(new WrittenRow.Whole(BASE));
        assertThat(rows.get(1)).isInstanceOfSatisfying(WrittenRow.Incomplete.class, missing -> {
            assertThat(missing.gap().range()).isEqualTo(new AddressRange(0x10, 4));
            assertThat(missing.gap().fault()).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
            assertThat(missing.writtenBytes()).isZero();
        });
        // The first field is there, the second is not.
        assertThat(rows.get(2)).isInstanceOfSatisfying(WrittenRow.Incomplete.class, missing -> {
            assertThat(missing.gap().range()).isEqualTo(new AddressRange(END + 4, 4));
            assertThat(missing.writtenBytes()).isEqualTo(4);
        });
        assertThat(memory.readShort(END - 4)).isEqualTo((short) 2);
        // The second field begins 2 bytes before the end.
        assertThat(rows.get(3)).isInstanceOfSatisfying(WrittenRow.Incomplete.class, missing -> {
            assertThat(missing.gap().range()).isEqualTo(new AddressRange(END, 2));
            assertThat(missing.writtenBytes()).isEqualTo(6);
        });
        assertThat(rows.get(4))
                .isInstanceOfSatisfying(
                        WrittenRow.Incomplete.class,
                        missing -> assertThat(missing.gap().fault()).isEqualTo(Fault.ADDRESS_OVERFLOW));
        assertThat(rows.get(5)).isEqualTo(new WrittenRow.Whole(BASE + 0x100));
    }

    @Test
    void valuesThatDoNotFitAreRejectedWhole() {
        List<Small> values = List.of(
                new Small(255, 65535, 0xFFFF_FFFFL, 0xFFFF_FFFFL, (byte) -1, (short) -1),
                new Small(256, 0, 0, 0, (byte) 0, (short) 0),
                new Small(-1, 0, 0, 0, (byte) 0, (short) 0),
                new Small(0, 65536, 0, 0, (byte) 0, (short) 0),
                new Small(0, 0, 1L << 32, 0, (byte) 0, (short) 0),
                new Small(0, 0, 0, -1, (byte) 0, (short) 0));
        long[] addresses = new long[values.size()];
        Arrays.setAll(addresses, i -> BASE + i * 0x10L);
        byte[] before = all();
        List<WrittenRow> rows = SMALL.write(memory, addresses, values);

        assertThat(rows.getFirst()).isEqualTo(new WrittenRow.Whole(BASE));
        assertThat(SMALL.read(memory, BASE)).isEqualTo(values.getFirst());
        for (WrittenRow row : rows.subList(1, rows.size())) {
            assertThat(row)
                    .isInstanceOfSatisfying(
                            WrittenRow.Rejected.class,
                            rejected -> assertThat(rejected.cause())
                                    .isInstanceOfSatisfying(
                                            MemflowException.class,
                                            misfit -> assertThat(misfit.kind()).isEqualTo(ErrorKind.OUT_OF_BOUNDS)));
        }
        assertThat(Arrays.copyOfRange(all(), 0x10, before.length))
                .isEqualTo(Arrays.copyOfRange(before, 0x10, before.length));
    }

    @Test
    void textsThatWouldReadBackOtherwiseAreRejected() {
        record Named(String name) {}
        RecordLayout<Named> layout = RecordLayout.of(MethodHandles.lookup(), Named.class)
                .field("name", 0, new Text(Encoding.UTF_8, 4))
                .build();
        for (String name : List.of("fiver", "\u20ac\u20ac", "a\0b", "\uD800", "\uFFFD")) {
            assertThatThrownBy(() -> layout.write(memory, BASE, new Named(name)))
                    .isInstanceOfSatisfying(
                            MemflowException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.ENCODING));
        }
        layout.write(memory, BASE, new Named(""));
        assertThat(memory.readInt(BASE)).isZero();
        layout.write(memory, BASE, new Named("four"));
        assertThat(layout.read(memory, BASE).name()).isEqualTo("four");
    }

    @Test
    void fieldsThatShareBytesMustAgree() {
        UNION.write(memory, BASE, new Union(0x0001_8002, (short) 0x8002));
        assertThat(memory.readInt(BASE)).isEqualTo(0x0001_8002);
        assertThatThrownBy(() -> UNION.write(memory, BASE, new Union(0x0001_8002, (short) 3)))
                .hasMessageContaining("disagree on the byte at offset");
        assertThat(memory.readInt(BASE)).isEqualTo(0x0001_8002);
    }

    @Test
    void oneStructureThatCannotBeWrittenThrows() {
        assertThatThrownBy(() -> POINT.write(memory, END - 8, new Point(1, 2)))
                .isInstanceOfSatisfying(MemoryAccessException.class, missing -> {
                    assertThat(missing.address()).isEqualTo(END);
                    assertThat(missing.fault()).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
                });
    }

    @Test
    void aViewThatCannotBeWrittenSaysSoForEachRow() {
        MemoryView readOnly = new WrapperView(memory) {
            @Override
            public void read(MemoryBatch batch) {
                source.read(batch);
            }
        };
        List<WrittenRow> rows = POINT.write(readOnly, new long[] {BASE}, List.of(new Point(1, 2)));
        assertThat(rows.getFirst())
                .isInstanceOfSatisfying(
                        WrittenRow.Incomplete.class,
                        row -> assertThat(row.gap().fault()).isEqualTo(Fault.READ_ONLY));
    }

    @Test
    void refusesListsOfDifferentLengthsAndWrongArrays() {
        assertThatThrownBy(() -> POINT.write(memory, new long[2], List.of(new Point(1, 2))))
                .isInstanceOf(IllegalArgumentException.class);
        Mixed shortArray = new Mixed(0, 0, 0, 0, new int[2], "", "", new Point(0, 0));
        assertThatThrownBy(() -> MIXED.write(memory, BASE, shortArray))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 of them");
    }

    @Test
    void randomRecordsReadBackAsTheyWereWritten() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            long at = BASE + random.nextInt(0x2000);
            byte[] name = new byte[random.nextInt(9)];
            for (int i = 0; i < name.length; i++) {
                name[i] = (byte) (1 + random.nextInt(127));
            }
            Mixed value = new Mixed(
                    random.nextInt(),
                    random.nextLong(),
                    (float) random.nextDouble(),
                    random.nextDouble(),
                    new int[] {random.nextInt(), random.nextInt(), random.nextInt()},
                    new String(name, StandardCharsets.US_ASCII),
                    "\u00e9".repeat(random.nextInt(5)),
                    new Point(random.nextInt(), random.nextInt()));
            MIXED.write(memory, at, value);
            assertThat(MIXED.read(memory, at))
                    .as("seed 0x%x", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(value);
        }
    }

    @Test
    void writerSetsBySlotWithoutObjects() {
        FieldTable table = FieldTable.builder()
                .field("id", 4, Scalar.UNSIGNED_SHORT)
                .field("weight", 0x10, Scalar.DOUBLE)
                .field("next", 0x400, Scalar.POINTER_64)
                .build();
        StructWriter writer = new StructWriter(table);
        int id = table.slot("id");
        int weight = table.slot("weight");
        int next = table.slot("next");
        long[] addresses = {0, BASE, END - 0x100, BASE + 0x800};
        writer.begin(ByteOrder.LITTLE_ENDIAN, 3);
        for (int row = 0; row < 3; row++) {
            writer.setLong(row, id, 7 + row);
            writer.setDouble(row, weight, row / 2.0);
            writer.setLong(row, next, -1L - row);
        }
        writer.write(memory, addresses, 1);

        assertThat(writer.fault(0)).isEqualTo(Fault.NONE);
        assertThat(writer.writtenBytes(0)).isEqualTo(18);
        assertThat(writer.fault(1)).isEqualTo(Fault.OUTSIDE_PHYSICAL_MEMORY);
        assertThat(writer.gap(1).range()).isEqualTo(new AddressRange(END + 0x300, 8));
        assertThat(writer.writtenBytes(1)).isEqualTo(10);
        StructReader reader = new StructReader(table);
        reader.read(memory, new long[] {BASE, BASE + 0x800});
        assertThat(reader.getLong(0, id)).isEqualTo(7);
        assertThat(reader.getDouble(1, weight)).isEqualTo(1.0);
        assertThat(reader.getLong(1, next)).isEqualTo(-3);
        assertThatThrownBy(() -> writer.gap(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void writerWantsEveryFieldOfEveryRowThatIsNotSkipped() {
        StructWriter writer = new StructWriter(POINT.fields());
        byte[] before = all();
        writer.begin(ByteOrder.LITTLE_ENDIAN, 2);
        writer.setLong(0, 0, 1);
        writer.setLong(0, 1, 2);
        writer.setLong(1, 0, 3);
        long[] addresses = {BASE, BASE + 0x20};
        assertThatThrownBy(() -> writer.write(memory, addresses))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("row 1 has no value for the field \"y\"");
        assertThat(all()).isEqualTo(before);
        writer.skip(1);
        writer.write(memory, addresses);
        assertThat(writer.writtenBytes(0)).isEqualTo(8);
        assertThat(writer.writtenBytes(1)).isZero();
        assertThat(memory.readBytes(BASE + 0x20, 16)).isEqualTo(Arrays.copyOfRange(before, 0x20, 0x30));
    }

    @Test
    void writerRefusesWrongTypesAndOrders() {
        StructWriter writer = new StructWriter(POINT.fields());
        writer.begin(ByteOrder.BIG_ENDIAN, 1);
        assertThatThrownBy(() -> writer.setLong(0, 0, 1L << 31)).isInstanceOf(MemflowException.class);
        assertThatThrownBy(() -> writer.setDouble(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.set(0, 0, 1.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.set(0, 0, "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.setLong(1, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        writer.set(0, 0, 1);
        writer.set(0, 1, 2);
        assertThatThrownBy(() -> writer.write(memory, new long[] {BASE}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the rows are BIG_ENDIAN");
    }
}
