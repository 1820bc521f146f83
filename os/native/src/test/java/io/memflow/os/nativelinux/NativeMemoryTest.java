package io.memflow.os.nativelinux;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.PluginArguments;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Memory of a child that has planted known bytes. */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
    private static final int PAGE = PlantedChild.PAGE;

    @TempDir
    private Path directory;

    private PlantedChild child;

    @BeforeEach
    void start() throws IOException {
        child = PlantedChild.start(directory);
    }

    @AfterEach
    void end() {
        child.close();
    }

    private MemoryView memory(String writes) {
        OperatingSystem system =
                new NativeProvider().open(new PluginArguments(Optional.empty(), Map.of("writes", writes)));
        return system.process(child.pid()).orElseThrow().memory();
    }

    private static void assertPlanted(MemorySegment read, long offset) {
        for (long i = 0; i < read.byteSize(); i++) {
            if (read.get(ValueLayout.JAVA_BYTE, i) != PlantedChild.pattern(offset + i)) {
                assertThat(read.get(ValueLayout.JAVA_BYTE, i))
                        .as("byte %d", offset + i)
                        .isEqualTo(PlantedChild.pattern(offset + i));
            }
        }
    }

    @Test
    void readsScatteredValuesAndLargeRuns() {
        MemoryView memory = memory("none");
        long base = child.fact("memory");
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Arena arena = Arena.ofConfined()) {
            for (MemorySegment buffer : List.of(
                    arena.allocate(5000 * 8),
                    MemorySegment.ofArray(new byte[5000 * 8]),
                    Arena.ofAuto().allocate(40000))) {
                MemoryBatch batch = new MemoryBatch();
                long[] offsets = random.longs(5000, 0, (long) PlantedChild.PLANTED_PAGES * PAGE - 8)
                        .toArray();
                for (int i = 0; i < offsets.length; i++) {
                    batch.add(base + offsets[i], buffer, i * 8L, 8);
                }
                memory.read(batch);
                assertThat(batch.allWhole()).isTrue();
                for (int i = 0; i < offsets.length; i++) {
                    assertPlanted(buffer.asSlice(i * 8L, 8), offsets[i]);
                }
            }
            MemorySegment all = arena.allocate((long) PlantedChild.PLANTED_PAGES * PAGE);
            memory.read(base, all);
            assertPlanted(all, 0);
        }
    }

    @Test
    void namesWhatIsNotThereAndKeepsTheRest() {
        MemoryView memory = memory("none");
        long file = child.fact("file");
        MemoryBatch batch = new MemoryBatch();
        MemorySegment buffer = MemorySegment.ofArray(new byte[4 * PAGE]);
        int around = batch.add(file + PAGE, buffer, 0, 2 * PAGE);
        int nowhere = batch.add(8, buffer, 0, 8);
        int hugeHole = batch.add(0x1000, buffer, 0, 4 * PAGE);
        int upper = batch.add(-1L << 47, buffer, 0, 8);
        int wraps = batch.add(-4, buffer, 0, 8);
        int planted = batch.add(child.fact("memory"), buffer, 0, 16);
        memory.read(batch);
        assertThat(batch.status(around)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(batch.transferred(around)).isEqualTo(PAGE);
        assertThat(cause(batch, around)).isEqualTo(Fault.FILE_PAGE_ABSENT);
        assertThat(cause(batch, nowhere)).isEqualTo(Fault.NO_REGION);
        assertThat(cause(batch, hugeHole)).isEqualTo(Fault.NO_REGION);
        assertThat(cause(batch, upper)).isEqualTo(Fault.NO_REGION);
        assertThat(cause(batch, wraps)).isEqualTo(Fault.ADDRESS_OVERFLOW);
        assertThat(batch.status(planted)).isEqualTo(RequestStatus.WHOLE);
        assertPlanted(buffer.asSlice(0, 16), 0);
    }

    private static Fault cause(MemoryBatch batch, int request) {
        for (int i = 0; i < batch.faultCount(); i++) {
            if (batch.faultRequest(i) == request) {
                return batch.faultCause(i);
            }
        }
        return Fault.NONE;
    }

    @Test
    void aHoleOfTerabytesIsSkippedAtOnce() {
        MemoryBatch batch = new MemoryBatch();
        MemorySegment buffer = MemorySegment.ofArray(new byte[1 << 28]);
        batch.add(0x10000, buffer);
        memory("none").read(batch);
        assertThat(batch.faultCount()).isLessThan(10);
    }

    @Test
    void writesNothingUnlessAsked() {
        MemoryView memory = memory("none");
        MemoryBatch batch = new MemoryBatch();
        batch.add(child.fact("memory"), MemorySegment.ofArray(new byte[] {1}));
        memory.write(batch);
        assertThat(batch.faultCause(0)).isEqualTo(Fault.READ_ONLY);
        assertThat(memory.readByte(child.fact("memory"))).isEqualTo(PlantedChild.pattern(0));
    }

    @Test
    void writesToWhatTheProcessMayWrite() {
        MemoryView memory = memory("allowed");
        long base = child.fact("memory");
        try (Arena arena = Arena.ofConfined()) {
            MemoryBatch batch = new MemoryBatch();
            MemorySegment values = arena.allocate(1500 * 8);
            byte[] onHeap = new byte[3 * PAGE];
            for (int i = 0; i < 1500; i++) {
                values.setAtIndex(ValueLayout.JAVA_LONG, i, i * 77L);
                batch.add(base + i * 64L, values, i * 8L, 8);
            }
            java.util.Arrays.fill(onHeap, (byte) 0x5A);
            batch.add(base + 200_000, MemorySegment.ofArray(onHeap));
            memory.write(batch);
            assertThat(batch.allWhole()).isTrue();
            for (int i = 0; i < 1500; i++) {
                assertThat(memory.readLong(base + i * 64L)).isEqualTo(i * 77L);
            }
            assertThat(memory.readBytes(base + 200_000, onHeap.length)).isEqualTo(onHeap);
            assertPlanted(MemorySegment.ofArray(memory.readBytes(base + 199_000, 1000)), 199_000);
        }
    }

    @Test
    void writesReadOnlyPagesOnlyWhenForced() {
        MemoryView allowed = memory("allowed");
        MemoryView forced = memory("forced");
        MemoryRegion text = new NativeProvider()
                .open(PluginArguments.NONE).process(child.pid()).orElseThrow().regions().rows().stream()
                        .filter(region -> region.permissions().equals("r-xp") && region.inode() != 0)
                        .findFirst()
                        .orElseThrow();
        byte[] before = allowed.readBytes(text.end() - 16, 16);
        MemoryBatch batch = new MemoryBatch();
        batch.add(text.end() - 16, MemorySegment.ofArray(new byte[] {1, 2, 3, 4}));
        allowed.write(batch);
        assertThat(batch.faultCause(0)).isEqualTo(Fault.READ_ONLY);
        assertThat(allowed.readBytes(text.end() - 16, 16)).isEqualTo(before);
        forced.write(batch);
        assertThat(batch.allWhole()).isTrue();
        assertThat(forced.readBytes(text.end() - 16, 4)).containsExactly(1, 2, 3, 4);
        // It was written to a copy of the process' own, not to the file that all others run.
        assertThat(child.handle().isAlive()).isTrue();
    }

    @Test
    void readsPagesThatTheProcessItselfMayNotRead() {
        List<MemoryRegion> closed = new NativeProvider()
                .open(PluginArguments.NONE).process(child.pid()).orElseThrow().regions().rows().stream()
                        .filter(region -> region.permissions().startsWith("---p") && region.inode() == 0)
                        .toList();
        assertThat(closed).isNotEmpty();
        assertThat(memory("none").readBytes(closed.getFirst().start(), 8)).hasSize(8);
    }

    @Test
    void saysSoWhenTheProcessHasEnded() throws InterruptedException {
        MemoryView memory = memory("none");
        long base = child.fact("memory");
        assertThat(memory.readByte(base)).isEqualTo(PlantedChild.pattern(0));
        child.kill();
        assertThat(memory.tryRead(base, MemorySegment.ofArray(new byte[8]))).isEqualTo(Fault.INPUT_OUTPUT);
    }

    @Test
    void manyVirtualThreadsReadAtOnce() throws InterruptedException {
        MemoryView memory = memory("none");
        long base = child.fact("memory");
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int number = 0; number < 64; number++) {
            long offset = number * 4096L * 16;
            threads.add(Thread.ofVirtual()
                    .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                    .start(() -> {
                        byte[] bytes = memory.readBytes(base + offset, 4 << 20);
                        assertPlanted(MemorySegment.ofArray(bytes), offset);
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
