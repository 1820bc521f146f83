package io.memflow.core.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.address.PageType;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.view.PatternMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    private static final List<AddressRange> RANGES =
            List.of(new AddressRange(0x1000, 0x2000), new AddressRange(0x5000, 0x1000));

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream target = new ByteArrayOutputStream();

    private PhysicalMemory recording() {
        return new RecordingMemory(PatternMemory.of(RANGES), target);
    }

    private PhysicalMemory replay() {
        return new ReplayingMemory(Recording.of(MemorySegment.ofArray(target.toByteArray())));
    }

    /** Requests that hit memory, miss it, and straddle its holes. */
    private static MemoryBatch randomBatch(Random random) {
        MemoryBatch batch = new MemoryBatch();
        int size = random.nextInt(40);
        for (int i = 0; i < size; i++) {
            byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 0x6000 : 64)];
            Arrays.fill(bytes, (byte) 0x5A);
            batch.add(random.nextInt(0x7000), MemorySegment.ofArray(bytes));
        }
        return batch;
    }

    private static void expectSame(MemoryBatch found, MemoryBatch expected) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.status(i)).isEqualTo(expected.status(i));
            assertThat(found.transferred(i)).isEqualTo(expected.transferred(i));
            assertThat(found.buffer(i).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(expected.buffer(i).toArray(ValueLayout.JAVA_BYTE));
        }
        assertThat(found.faultCount()).isEqualTo(expected.faultCount());
        for (int i = 0; i < expected.faultCount(); i++) {
            assertThat(found.faultRequest(i)).isEqualTo(expected.faultRequest(i));
            assertThat(found.faultOffset(i)).isEqualTo(expected.faultOffset(i));
            assertThat(found.faultLength(i)).isEqualTo(expected.faultLength(i));
            assertThat(found.faultCause(i)).isEqualTo(expected.faultCause(i));
        }
    }

    @Test
    void replaysWhatWasReadWithoutTheSource() {
        long seed = new Random().nextLong();
        List<MemoryBatch> recorded = new ArrayList<>();
        try (PhysicalMemory memory = recording()) {
            Random random = new Random(seed);
            for (int i = 0; i < 50; i++) {
                recorded.add(randomBatch(random));
                memory.read(recorded.getLast());
            }
        }
        Random random = new Random(seed);
        try (PhysicalMemory memory = replay()) {
            for (MemoryBatch expected : recorded) {
                MemoryBatch batch = randomBatch(random);
                memory.read(batch);
                expectSame(batch, expected);
            }
        } catch (AssertionError failed) {
            throw new AssertionError("seed " + seed, failed);
        }
    }

    @Test
    void keepsWhatTheSourceSaidOfItself() throws IOException {
        Path file = directory.resolve("recording");
        try (PhysicalMemory memory = new RecordingMemory(PatternMemory.of(RANGES), Files.newOutputStream(file))) {
            memory.readLong(0x1000);
        }
        try (Recording recording = Recording.open(file);
                PhysicalMemory memory = new ReplayingMemory(recording)) {
            assertThat(recording.requestCount()).isEqualTo(1);
            assertThat(memory.map().ranges()).isEqualTo(RANGES);
            assertThat(memory.properties().access()).isEqualTo(ViewProperties.Access.READ_WRITE);
            assertThat(memory.description()).isEqualTo("recording of pattern");
            assertThat(memory.defects()).containsExactly("a defect of its own");
            assertThat(memory.readLong(0x1000))
                    .isEqualTo(PatternMemory.of(RANGES).readLong(0x1000));
        }
    }

    @Test
    void aRequestNeverRecordedIsAFaultOfItsOwn() {
        try (PhysicalMemory memory = recording()) {
            memory.readBytes(0x1000, 16);
        }
        try (PhysicalMemory memory = replay()) {
            MemoryBatch batch = new MemoryBatch();
            batch.add(0x1000, MemorySegment.ofArray(new byte[8]));
            batch.add(0x1001, MemorySegment.ofArray(new byte[16]));
            batch.add(0x1000, MemorySegment.ofArray(new byte[16]));
            batch.add(0x1000, MemorySegment.ofArray(new byte[0]));
            memory.read(batch);

            assertThat(batch.faultCount()).isEqualTo(2);
            assertThat(batch.faultCause(0)).isEqualTo(Fault.NOT_RECORDED);
            assertThat(batch.status(1)).isEqualTo(RequestStatus.FAILED);
            assertThat(batch.status(2)).isEqualTo(RequestStatus.WHOLE);
            assertThat(batch.status(3)).isEqualTo(RequestStatus.WHOLE);

            batch.clear();
            batch.upper(1);
            batch.add(0x1000, MemorySegment.ofArray(new byte[16]));
            memory.read(batch);
            assertThat(batch.faultCause(0)).as("of another upper word").isEqualTo(Fault.NOT_RECORDED);
        }
    }

    @Test
    void answersChangeInTheOrderRecorded() {
        try (PhysicalMemory memory = recording()) {
            for (int value = 1; value <= 3; value++) {
                memory.writeInt(0x1000, value);
                memory.readInt(0x1000);
            }
        }
        try (PhysicalMemory memory = replay()) {
            for (int value = 1; value <= 3; value++) {
                memory.writeInt(0x1000, value);
                assertThat(memory.readInt(0x1000)).isEqualTo(value);
            }
            assertThat(memory.readInt(0x1000)).as("the last from then on").isEqualTo(3);
            MemoryBatch batch = new MemoryBatch();
            batch.add(0x1000, MemorySegment.ofArray(new byte[] {9, 9, 9, 9}));
            memory.write(batch);
            assertThat(batch.faultCause(0)).as("other bytes").isEqualTo(Fault.NOT_RECORDED);
        }
    }

    @Test
    void replaysTheFaultsOfWrites() {
        byte[] bytes = new byte[32];
        MemoryBatch batch = new MemoryBatch();
        batch.add(0x2FF0, MemorySegment.ofArray(bytes), 0, 32, PageType.WRITABLE);
        try (PhysicalMemory memory = recording()) {
            memory.write(batch);
        }
        try (PhysicalMemory memory = replay()) {
            memory.write(batch);
            assertThat(batch.status(0)).isEqualTo(RequestStatus.PARTIAL);
            assertThat(batch.faultOffset(0)).isEqualTo(16);
        }
    }

    @Test
    void recordsFaultsThatASourceReportsInAnyOrder() {
        MemoryView source = new ScatteredFaults();
        MemoryBatch expected = new MemoryBatch();
        expected.add(0, MemorySegment.ofArray(new byte[10]));
        expected.add(0x100, MemorySegment.ofArray(new byte[10]));
        try (RecordingView view = new RecordingView(source, target)) {
            view.read(expected);
        }
        MemoryView replay = new ReplayingView(Recording.of(MemorySegment.ofArray(target.toByteArray())));
        MemoryBatch batch = new MemoryBatch();
        batch.add(0x100, MemorySegment.ofArray(new byte[10]));
        replay.read(batch);

        assertThat(batch.faultCount()).isEqualTo(3);
        assertThat(batch.faultOffset(0)).isEqualTo(1);
        assertThat(batch.faultOffset(1)).isEqualTo(4);
        assertThat(batch.faultOffset(2)).isEqualTo(8);
        assertThat(batch.buffer(0).toArray(ValueLayout.JAVA_BYTE)).containsExactly(7, 0, 7, 7, 0, 7, 7, 7, 0, 7);
        assertThat(replay.properties()).isEqualTo(source.properties());
    }

    /** Fills with sevens but for three bytes, which it reports out of order and in turn with other requests. */
    private static final class ScatteredFaults implements MemoryView {
        @Override
        public ViewProperties properties() {
            return new ViewProperties(
                    AddressKind.VIRTUAL, ByteOrder.BIG_ENDIAN, Integer.BYTES, 32, ViewProperties.Access.READ_ONLY);
        }

        @Override
        public <C> Optional<C> capability(Class<C> type) {
            return Optional.empty();
        }

        @Override
        public void read(MemoryBatch batch) {
            batch.restart();
            for (int offset : new int[] {4, 8, 1}) {
                for (int request = 0; request < batch.size(); request++) {
                    batch.fault(request, offset, 1, Fault.NOT_PRESENT);
                }
            }
            for (int request = 0; request < batch.size(); request++) {
                for (int i : new int[] {0, 2, 3, 5, 6, 7, 9}) {
                    batch.buffer(request).set(ValueLayout.JAVA_BYTE, i, (byte) 7);
                }
                batch.finish(request);
            }
        }
    }

    @Test
    void aVirtualViewIsNoPhysicalMemory() {
        new RecordingView(new ScatteredFaults(), target).close();

        assertThatThrownBy(this::replay).isInstanceOf(MemflowException.class).hasMessageContaining("virtual view");
    }

    @Test
    void recordsManyThreads() throws Exception {
        try (PhysicalMemory memory = recording();
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(() -> {
                    for (int round = 0; round < 200; round++) {
                        memory.readLong(0x1000 + round);
                    }
                    return null;
                });
            }
            for (Future<Void> reader : threads.invokeAll(readers)) {
                reader.get();
            }
        }
        Recording recording = Recording.of(MemorySegment.ofArray(target.toByteArray()));
        assertThat(recording.requestCount()).isEqualTo(800);
        try (PhysicalMemory memory = new ReplayingMemory(recording);
                PhysicalMemory source = PatternMemory.of(RANGES)) {
            for (int round = 0; round < 200; round++) {
                assertThat(memory.readLong(0x1000 + round)).isEqualTo(source.readLong(0x1000 + round));
            }
        }
    }

    @Test
    void aRecordingWithAHoleIsRefusedAtOnce() {
        OutputStream full = new OutputStream() {
            private int room = 1000;

            @Override
            public void write(int value) throws IOException {
                if (room-- <= 0) {
                    throw new IOException("no space left");
                }
            }
        };
        try (RecordingMemory memory = new RecordingMemory(PatternMemory.of(RANGES), full)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> {
                            for (int round = 0; round < 100; round++) {
                                memory.readBytes(0x1000, 0x1000);
                            }
                        })
                        .isInstanceOfSatisfying(MemflowException.class, broken -> {
                            assertThat(broken.kind()).isEqualTo(ErrorKind.UNABLE_TO_WRITE_FILE);
                            assertThat(broken).hasMessageContaining("no space left");
                        });
            }
        }
    }

    @Test
    void aFinishedRecordingTakesNoMore() {
        try (RecordingMemory memory = new RecordingMemory(PatternMemory.of(RANGES), target)) {
            memory.readInt(0x1000);
            memory.finish();
            assertThatThrownBy(() -> memory.readInt(0x1000)).isInstanceOf(MemflowException.class);
        }
        assertThat(Recording.of(MemorySegment.ofArray(target.toByteArray())).requestCount())
                .isEqualTo(1);
    }

    @Test
    void saysWhichFileCannotBeOpened() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Recording.open(missing))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining(missing.toString());
    }
}
