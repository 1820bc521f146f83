package io.memflow.host.ram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.contract.Pattern;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class ProcessMemoryTest {
    private static final ProcFs PROC = ProcFs.ofThisMachine();
    private static final int PAGE = 4096;

    @TempDir
    Path directory;

    private static ProcessIdentity self() {
        return ProcessIdentity.of(PROC, ProcessHandle.current().pid());
    }

    /** Sixteen pages of this process of which number 4 to 7 cannot be read: their file ends before them. */
    private MemorySegment pagesWithAHole(Arena arena) throws IOException {
        Path file = Files.write(directory.resolve("pages"), Pattern.bytes(0, 16 * PAGE));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment pages = channel.map(FileChannel.MapMode.READ_ONLY, 0, 16 * PAGE, arena);
            channel.truncate(4 * PAGE);
            return pages;
        }
    }

    @Test
    void keepsWhatIsReadableAroundAPageThatIsNot() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment behind = arena.allocate(4 * PAGE, PAGE);
            Pattern.fill(behind, 16 * PAGE);
            MemorySegment pages = pagesWithAHole(arena);
            List<HostPiece> pieces = List.of(
                    new HostPiece(0, pages.address(), 8 * PAGE), new HostPiece(16 * PAGE, behind.address(), 4 * PAGE));
            try (PhysicalMemory memory =
                    ProcessMemory.open(self(), pieces, ViewProperties.Access.READ_ONLY, "holes", List.of())) {
                readsAroundTheHole(memory, arena.allocate(20 * PAGE));
                readsAroundTheHole(memory, MemorySegment.ofArray(new byte[20 * PAGE]));
            }
        }
    }

    @Test
    void writesOnlyWhenAskedAndNothingInAGap() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment pages = arena.allocate(8 * PAGE, PAGE);
            List<HostPiece> pieces = List.of(
                    new HostPiece(0, pages.address(), 4 * PAGE),
                    new HostPiece(5 * PAGE, pages.address() + 4 * PAGE, 4 * PAGE));
            byte[] bytes = Pattern.bytes(7, 9 * PAGE);
            MemoryBatch batch = new MemoryBatch();
            batch.add(0, MemorySegment.ofArray(bytes));
            batch.add(9 * PAGE - 4, MemorySegment.ofArray(new byte[8]));
            try (PhysicalMemory memory =
                    ProcessMemory.open(self(), pieces, ViewProperties.Access.READ_ONLY, "read only", List.of())) {
                memory.write(batch);
                assertThat(batch.faultCause(0)).isEqualTo(Fault.READ_ONLY);
                assertThat(pages.get(ValueLayout.JAVA_LONG, 0)).isZero();
            }
            try (PhysicalMemory memory =
                    ProcessMemory.open(self(), pieces, ViewProperties.Access.READ_WRITE, "writable", List.of())) {
                memory.write(batch);
                assertThat(batch.status(0)).isEqualTo(RequestStatus.PARTIAL);
                assertThat(batch.transferred(0)).isEqualTo(8 * PAGE);
                assertThat(batch.faultOffset(0)).isEqualTo(4 * PAGE);
                assertThat(pages.asSlice(0, 4 * PAGE)
                                .mismatch(MemorySegment.ofArray(bytes).asSlice(0, 4 * PAGE)))
                        .isEqualTo(-1);
                assertThat(pages.asSlice(4 * PAGE, 4 * PAGE - 4)
                                .mismatch(MemorySegment.ofArray(bytes).asSlice(5 * PAGE, 4 * PAGE - 4)))
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void aWriteGoesOnBehindAPageThatCannotBeWritten() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment pages = pagesWithAHole(arena);
            MemorySegment behind = arena.allocate(PAGE, PAGE);
            // The file is mapped for reading only, so its pages cannot be written although they can be read.
            List<HostPiece> pieces =
                    List.of(new HostPiece(0, pages.address(), PAGE), new HostPiece(PAGE, behind.address(), PAGE));
            try (PhysicalMemory memory =
                    ProcessMemory.open(self(), pieces, ViewProperties.Access.READ_WRITE, "half writable", List.of())) {
                MemoryBatch batch = new MemoryBatch();
                batch.add(0, MemorySegment.ofArray(Pattern.bytes(3, 2 * PAGE)));
                memory.write(batch);
                assertThat(batch.transferred(0)).isEqualTo(PAGE);
                assertThat(batch.faultLength(0)).isEqualTo(PAGE);
                assertThat(behind.mismatch(MemorySegment.ofArray(Pattern.bytes(3, 2 * PAGE))
                                .asSlice(PAGE, PAGE)))
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void aVirtualThreadLetsAPlatformThreadMakeTheCall() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment page = arena.allocate(PAGE, PAGE);
            Pattern.fill(page, 0);
            List<HostPiece> pieces = List.of(new HostPiece(0, page.address(), PAGE));
            try (PhysicalMemory memory = ProcessMemory.open(
                    self(), pieces, ViewProperties.Access.READ_WRITE, "from virtual threads", List.of())) {
                List<Throwable> failures = new CopyOnWriteArrayList<>();
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    threads.add(Thread.ofVirtual()
                            .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                            .start(() -> {
                                try (Arena confined = Arena.ofConfined()) {
                                    MemorySegment copy = confined.allocate(PAGE);
                                    memory.read(0, copy);
                                    assertThat(copy.mismatch(page)).isEqualTo(-1);
                                }
                            }));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                assertThat(failures).isEmpty();
                assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .anyMatch(name -> name.startsWith("memflow-process-vm-"));
            }
        }
    }

    private static void readsAroundTheHole(PhysicalMemory memory, MemorySegment buffer) {
        MemoryBatch batch = new MemoryBatch();
        for (int page = 0; page < 20; page++) {
            batch.add(page * (long) PAGE, buffer, page * (long) PAGE, PAGE);
        }
        batch.add(4 * PAGE - 6, buffer.asSlice(0, 12));
        memory.read(batch);

        for (int page = 0; page < 20; page++) {
            boolean readable = page < 4 || page >= 16;
            assertThat(batch.status(page))
                    .as("page %d", page)
                    .isEqualTo(readable ? RequestStatus.WHOLE : RequestStatus.FAILED);
            if (page > 0 && readable) {
                assertThat(buffer.asSlice(page * (long) PAGE, PAGE).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(Pattern.bytes(page * (long) PAGE, PAGE));
            }
        }
        assertThat(batch.status(20)).isEqualTo(RequestStatus.PARTIAL);
        assertThat(batch.transferred(20)).isEqualTo(6);
        assertThat(batch.faultCause(batch.faultCount() - 1)).isEqualTo(Fault.INPUT_OUTPUT);
    }

    @Test
    void refusesPiecesThatAreNotMapped() {
        List<HostPiece> pieces = List.of(new HostPiece(0, PAGE, PAGE));
        assertThatThrownBy(
                        () -> ProcessMemory.open(self(), pieces, ViewProperties.Access.READ_ONLY, "nothing", List.of()))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("0x1000");
    }

    @Test
    void failsOnceTheProcessIsAnother() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(PAGE);
            ProcessIdentity earlier = new ProcessIdentity(PROC, self().pid(), self().startTime() - 1);
            List<HostPiece> pieces = List.of(new HostPiece(0, bytes.address(), PAGE));
            assertThatThrownBy(() ->
                            ProcessMemory.open(earlier, pieces, ViewProperties.Access.READ_ONLY, "earlier", List.of()))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("ended");
        }
    }

    @Test
    void readsAndThenLosesAChild() throws Exception {
        Process child = new ProcessBuilder("sleep", "600").start();
        ProcessIdentity identity = ProcessIdentity.of(PROC, child.pid());
        // Its executable starts with the ELF magic and is mapped from the first page on.
        long image = PROC.mappings(child.pid()).getFirst().start();
        try (PhysicalMemory memory = ProcessMemory.open(
                identity,
                List.of(new HostPiece(0, image, PAGE)),
                ViewProperties.Access.READ_ONLY,
                "child",
                List.of())) {
            assertThat(memory.readInt(0)).isEqualTo(0x464C457F);
            child.destroyForcibly().waitFor();
            MemoryBatch batch = new MemoryBatch();
            batch.add(0, MemorySegment.ofArray(new byte[4]));
            memory.read(batch);
            assertThat(batch.status(0)).isEqualTo(RequestStatus.FAILED);
            assertThat(batch.faultCause(0)).isEqualTo(Fault.INPUT_OUTPUT);
        }
        assertThatThrownBy(() -> ProcessIdentity.of(PROC, child.pid())).isInstanceOf(MemflowException.class);
    }

    @Test
    void failsAfterClosing() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(PAGE);
            ProcessMemory memory = ProcessMemory.open(
                    self(),
                    List.of(new HostPiece(0, bytes.address(), PAGE)),
                    ViewProperties.Access.READ_ONLY,
                    "closed",
                    List.of());
            memory.close();
            assertThat(memory.tryRead(0, MemorySegment.ofArray(new byte[1]))).isEqualTo(Fault.INPUT_OUTPUT);
        }
    }

    @Test
    void doesNotWriteToBuffersThatMustNotBeWritten() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(PAGE);
            try (PhysicalMemory memory = ProcessMemory.open(
                    self(),
                    List.of(new HostPiece(0, bytes.address(), PAGE)),
                    ViewProperties.Access.READ_ONLY,
                    "buffers",
                    List.of())) {
                MemorySegment readOnly = arena.allocate(8).asReadOnly();
                assertThatThrownBy(() -> memory.read(0, readOnly)).isInstanceOf(IllegalArgumentException.class);
                MemorySegment freed = freed();
                assertThatThrownBy(() -> memory.read(0, freed)).isInstanceOf(IllegalStateException.class);
                assertThat(memory.readLong(0)).isZero();
            }
        }
    }

    private static MemorySegment freed() {
        try (Arena arena = Arena.ofConfined()) {
            return arena.allocate(8);
        }
    }

    @Test
    void splitsRequestsLargerThanOneCall() {
        try (Arena arena = Arena.ofConfined()) {
            int length = 130 << 20;
            MemorySegment bytes = arena.allocate(length);
            bytes.set(ValueLayout.JAVA_BYTE, length - 1, (byte) 7);
            bytes.set(ValueLayout.JAVA_BYTE, 64 << 20, (byte) 8);
            try (PhysicalMemory memory = ProcessMemory.open(
                    self(),
                    List.of(new HostPiece(0, bytes.address(), length)),
                    ViewProperties.Access.READ_ONLY,
                    "large",
                    List.of())) {
                MemorySegment copy = arena.allocate(length);
                memory.read(0, copy);
                assertThat(copy.mismatch(bytes)).isEqualTo(-1);
            }
        }
    }
}
