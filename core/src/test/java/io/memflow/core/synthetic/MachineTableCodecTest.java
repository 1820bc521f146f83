package io.memflow.core.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.os.TaskState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class MachineTableCodecTest {
    private static final int ROUNDS = 20_000;
    private static final int CRC_OFFSET = 12;

    private static MachineTable.RegionRow region(String name, long start) {
        return new MachineTable.RegionRow(name, start, start + 0x3000, 0x1000, 6);
    }

    private static final MachineTable TABLE = new MachineTable(
            0x1122_3344_5566_7788L,
            "x86-64",
            0xFFFF_8000_0000_0000L,
            0x5000,
            0,
            0xFFFF_8000_0010_0000L,
            0x20_0000,
            List.of(
                    new MachineTable.ProcessRow(
                            1, 0, "init", TaskState.SLEEPING, 0x6000, 2, List.of(region("a", 0), region("b", 0x9000))),
                    new MachineTable.ProcessRow(9, 1, "x".repeat(31), TaskState.RUNNING, 0x7000, 1, List.of())),
            List.of(region("kernel", 0xFFFF_8000_0000_0000L)),
            List.of(new MachineTable.ModuleRow("ext4", 0xFFFF_8000_0020_0000L, 0x1000)));

    private static PhysicalMemory memory(byte[] bytes) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        DirectMap map = bytes.length == 0
                ? DirectMap.builder().build()
                : DirectMap.builder().add(0x1000, segment, 0, bytes.length).build();
        return new MappedMemory(map, Arena.ofShared(), ViewProperties.Access.READ_ONLY, "table", List.of());
    }

    private static MachineTable read(byte[] bytes) {
        try (PhysicalMemory memory = memory(bytes)) {
            return MachineTableCodec.read(memory);
        }
    }

    /** Makes the checksum right again, so that a change is looked at. */
    private static void sign(byte[] bytes) {
        ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = table.getInt(8);
        if (length < MachineTableCodec.HEADER_BYTES || length > bytes.length) {
            return;
        }
        table.putInt(CRC_OFFSET, 0);
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        table.putInt(CRC_OFFSET, (int) crc.getValue());
    }

    @Test
    void readsWhatItWrote() {
        byte[] bytes = MachineTableCodec.encode(TABLE);
        assertThat(read(bytes)).isEqualTo(TABLE);
        assertThat(read(Arrays.copyOf(bytes, bytes.length + 100))).isEqualTo(TABLE);
    }

    @Test
    void tableWithoutRowsIsATable() {
        MachineTable empty = new MachineTable(1, "arm", 0, 0, 0, 0, 0, List.of(), List.of(), List.of());
        assertThat(read(MachineTableCodec.encode(empty))).isEqualTo(empty);
    }

    @Test
    void refusesNamesThatDoNotFit() {
        assertThatThrownBy(() -> MachineTableCodec.encode(named("x".repeat(32))))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("longer than the 31");
        for (String name : List.of("\u00e9t\u00e9", "a\0b")) {
            assertThatThrownBy(() -> MachineTableCodec.encode(named(name)))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("not all ASCII");
        }
    }

    private static MachineTable named(String architecture) {
        return new MachineTable(1, architecture, 0, 0, 0, 0, 0, List.of(), List.of(), List.of());
    }

    @Test
    void memoryWithoutATableIsAnotherTarget() {
        for (byte[] bytes : List.of(new byte[0], new byte[100], new byte[4096])) {
            assertThatThrownBy(() -> read(bytes))
                    .isInstanceOfSatisfying(
                            MemflowException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.TARGET_NOT_FOUND));
        }
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = MachineTableCodec.encode(TABLE);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut)).as("%d bytes", length).isInstanceOf(MemflowException.class);
        }
    }

    @Test
    void everyChangedBitIsNoticed() {
        byte[] bytes = MachineTableCodec.encode(TABLE);
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> read(changed)).as("bit %d", bit).isInstanceOf(MemflowException.class);
        }
    }

    /** Damage under a right checksum, as a hostile machine would have it. */
    @Test
    void signedDamageIsReadOrRefusedButNeverEscapes() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] good = MachineTableCodec.encode(TABLE);
        List<Integer> counts = new ArrayList<>(List.of(8, 64, 68, 72, 76));
        counts.add(MachineTableCodec.HEADER_BYTES + 16);
        counts.add(MachineTableCodec.HEADER_BYTES + 20);
        int readable = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = Arrays.copyOf(good, good.length + random.nextInt(300));
            ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                if (random.nextBoolean()) {
                    int value = random.nextBoolean() ? random.nextInt(8) : random.nextInt() >> random.nextInt(31);
                    table.putInt(counts.get(random.nextInt(counts.size())), value);
                } else {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            sign(bytes);
            try {
                MachineTable found = read(bytes);
                readable++;
                // What was read says the same when it is written and read again.
                assertThat(read(MachineTableCodec.encode(found))).isEqualTo(found);
            } catch (MalformedDataException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            } catch (MemflowException refused) {
                assertThat(refused.kind())
                        .as("seed 0x%x, round %d: %s", seed, round, refused.getMessage())
                        .isEqualTo(ErrorKind.TARGET_NOT_FOUND);
            } catch (RuntimeException | Error escaped) {
                throw new AssertionError("seed 0x%x, round %d".formatted(seed, round), escaped);
            }
        }
        assertThat(readable).as("seed 0x%x", seed).isPositive();
    }
}
