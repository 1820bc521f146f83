package io.memflow.core.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
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
import java.util.ArrayList;
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

    /** Where the header and each request of a recording end, one batch each so that the stream's size tells. */
    @SuppressWarnings("ArrayRecordComponent") // What a stream took; nobody compares these.
    private record Ends(byte[] bytes, List<Integer> ends, List<MemoryBatch> batches) {}

    private static Ends recorded() {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        List<Integer> ends = new ArrayList<>();
        List<MemoryBatch> batches = new ArrayList<>();
        PhysicalMemory source = PatternMemory.of(List.of(new AddressRange(0x1000, 0x100)));
        try (PhysicalMemory memory = new RecordingMemory(source, target)) {
            ends.add(target.size());
            // Whole, with a fault in front, behind and on both sides, without any byte, empty, and the first once more.
            long[][] requests = {
                {0x1010, 9}, {0xFF0, 0x20}, {0x10F8, 0x10}, {0xFFF, 0x102}, {0, 5}, {0x1000, 0}, {0x1010, 9}
            };
            for (long[] request : requests) {
                MemoryBatch batch = new MemoryBatch();
                batch.add(request[0], MemorySegment.ofArray(new byte[(int) request[1]]));
                memory.read(batch);
                ends.add(target.size());
                batches.add(batch);
            }
        }
        return new Ends(target.toByteArray(), ends, batches);
    }

    @Test
    void everyCutKeepsTheWholeRequestsBeforeItAndSaysSo() {
        Ends recorded = recorded();
        int header = recorded.ends.getFirst();
        for (int length = 0; length < recorded.bytes.length; length++) {
            byte[] cut = Arrays.copyOf(recorded.bytes, length);
            if (length < header) {
                assertThatThrownBy(() -> Recording.of(MemorySegment.ofArray(cut)))
                        .as("cut to %d", length)
                        .isInstanceOf(MalformedDataException.class);
                continue;
            }
            int at = length;
            int whole = (int) recorded.ends.stream().filter(end -> end <= at).count() - 1;
            Recording recording = Recording.of(MemorySegment.ofArray(cut));
            assertThat(recording.end()).as("cut to %d", length).isEqualTo(RecordingEnd.CUT);
            assertThat(recording.requestCount()).as("cut to %d", length).isEqualTo(whole);
            assertThat(recording.cutBytes()).isEqualTo(length - recorded.ends.get(whole));
            checkAnswers(recording, recorded.batches, whole, length);
        }
        Recording all = Recording.of(MemorySegment.ofArray(recorded.bytes));
        assertThat(all.end()).isEqualTo(RecordingEnd.FINISHED);
        assertThat(all.cutBytes()).isZero();
        assertThat(all.requestCount()).isEqualTo(recorded.batches.size());
    }

    /** What was kept answers as it did; the rest was never recorded. */
    private static void checkAnswers(Recording recording, List<MemoryBatch> batches, int whole, int length) {
        try (PhysicalMemory memory = new ReplayingMemory(recording)) {
            assertThat(memory.defects()).anyMatch(defect -> defect.contains("cut after " + whole + " requests"));
            // The last asks for the first's bytes again, and is answered as soon as that one is there.
            for (int i = 0; i < batches.size() - 1; i++) {
                MemoryBatch expected = batches.get(i);
                byte[] untouched = new byte[(int) expected.length(0)];
                Arrays.fill(untouched, (byte) 0x5A);
                MemoryBatch batch = new MemoryBatch();
                batch.add(expected.address(0), MemorySegment.ofArray(untouched));
                memory.read(batch);
                String where = "cut to %d, request %d".formatted(length, i);
                assertThat(batch.transferred(0)).as(where).isEqualTo(i < whole ? expected.transferred(0) : 0);
                for (int fault = 0; fault < batch.faultCount(); fault++) {
                    assertThat(batch.faultCause(fault))
                            .as(where)
                            .isEqualTo(i < whole ? expected.faultCause(fault) : Fault.NOT_RECORDED);
                }
            }
        }
    }

    @Test
    void bytesBehindTheEndAreRefused() {
        assertThatThrownBy(() -> Recording.of(MemorySegment.ofArray(Arrays.copyOf(good, good.length + 1))))
                .isInstanceOf(MalformedDataException.class);
        assertThat(Recording.of(MemorySegment.ofArray(good)).requestCount()).isEqualTo(12);
    }

    @Test
    void aFileThatIsStillWrittenReadsAsCut() throws IOException {
        Path file = directory.resolve("open");
        PhysicalMemory source = PatternMemory.of(List.of(new AddressRange(0x1000, 0x100)));
        try (PhysicalMemory memory = new RecordingMemory(source, Files.newOutputStream(file))) {
            memory.readLong(0x1000);
            memory.readLong(0x1008);
            try (Recording recording = Recording.open(file)) {
                assertThat(recording.end()).isEqualTo(RecordingEnd.CUT);
                assertThat(recording.requestCount()).isEqualTo(2);
            }
        }
        try (Recording recording = Recording.open(file)) {
            assertThat(recording.end()).isEqualTo(RecordingEnd.FINISHED);
        }
    }

    @Test
    void aFileCutInItsHeaderIsRefusedAndReleased() throws IOException {
        Path file = directory.resolve("cut");
        Files.write(file, Arrays.copyOf(good, 14));
        assertThatThrownBy(() -> Recording.open(file))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("cut before its first request");
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
