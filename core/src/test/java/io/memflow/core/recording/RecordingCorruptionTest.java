package io.memflow.core.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.PatternMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingCorruptionTest {
    private static final int ROUNDS = 3000;

    @TempDir
    private Path directory;

    private final byte[] good = good();

    private static byte[] good() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        PhysicalMemory source = PatternMemory.of(List.of(new AddressRange(0x1000, 0x100)));
        try (PhysicalMemory memory = new RecordingMemory(source, target)) {
            for (int round = 0; round < 3; round++) {
                MemoryBatch batch = new MemoryBatch();
                batch.add(0xFF0, MemorySegment.ofArray(new byte[0x20]));
                batch.add(0x1010, MemorySegment.ofArray(new byte[0x20]));
                batch.add(0x10F0, MemorySegment.ofArray(new byte[0x20]));
                memory.read(batch);
                memory.writeLong(0x1000, round);
            }
        }
        return target.toByteArray();
    }

    /** Opens damaged bytes and, where they pass, asks what the good ones hold. */
    private static void use(byte[] bytes) {
        try (PhysicalMemory memory = new ReplayingMemory(Recording.of(MemorySegment.ofArray(bytes)))) {
            MemoryBatch batch = new MemoryBatch();
            batch.add(0xFF0, MemorySegment.ofArray(new byte[0x20]));
            batch.add(0x1010, MemorySegment.ofArray(new byte[0x20]));
            batch.add(0x10F0, MemorySegment.ofArray(new byte[0x20]));
            memory.read(batch);
            memory.read(batch);
            memory.write(batch);
        } catch (MemflowException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Test
    void everyCutIsNoticed() {
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> Recording.of(MemorySegment.ofArray(cut)))
                    .as("cut to %d", length)
                    .isInstanceOf(MalformedDataException.class);
        }
        assertThatThrownBy(() -> Recording.of(MemorySegment.ofArray(Arrays.copyOf(good, good.length + 1))))
                .isInstanceOf(MalformedDataException.class);
        assertThat(Recording.of(MemorySegment.ofArray(good)).requestCount()).isEqualTo(12);
    }

    @Test
    void aCutFileIsRefusedAndReleased() throws IOException {
        Path file = directory.resolve("cut");
        Files.write(file, Arrays.copyOf(good, good.length - 1));
        assertThatThrownBy(() -> Recording.open(file))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("not finished");
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> Recording.open(file)).isInstanceOf(MalformedDataException.class);
    }

    @Test
    void damageEndsInAnswersOrInARefusal() {
        long seed = new Random().nextLong();
        long[] nasty = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 31, 1 << 16};
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(seed + round);
            byte[] bad = good.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(bad.length - Long.BYTES);
                if (random.nextBoolean()) {
                    bad[at] = (byte) random.nextInt();
                } else {
                    ByteBuffer.wrap(bad)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(at, nasty[random.nextInt(nasty.length)]);
                }
            }
            try {
                use(bad);
            } catch (RuntimeException | Error undocumented) {
                throw new AssertionError("seed " + (seed + round), undocumented);
            }
        }
    }

    @Test
    void otherFilesAndVersionsAreToldApart() {
        byte[] other = good.clone();
        other[0] = 'X';
        assertThatThrownBy(() -> Recording.of(MemorySegment.ofArray(other))).hasMessageContaining("MFRECORD");
        byte[] newer = good.clone();
        newer[8] = 2;
        assertThatThrownBy(() -> Recording.of(MemorySegment.ofArray(newer))).hasMessageContaining("version 2");
    }
}
