package io.memflow.formats.minidump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.Gap;
import io.memflow.formats.Corruption;
import io.memflow.formats.OtherProgram;
import io.memflow.formats.PagedMemory;
import io.memflow.formats.WindowsSamples;
import io.memflow.formats.crashdump.MemoryBlock;
import io.memflow.formats.crashdump.ProcessorContext;
import io.memflow.formats.pe.PdbReference;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps of our own writer, and genuine ones where they are at hand. */
class MinidumpTest {
    private static final long BASE = 0x7FF6_1234_0000L;
    private static final PdbReference PDB =
            new PdbReference("c:\\build\\app.pdb", "3249D99D-0C40-4931-8610-F4E4FB0B6936", 4);
    private static final MinidumpModule MODULE =
            new MinidumpModule("C:\\app\\app.exe", BASE, 0x5000, 0x1234, 0x6553F100L, PDB);

    private static final List<MinidumpRegion> REGIONS = List.of(
            new MinidumpRegion(0x10_F000L, 0x1000, 0x10_F000L, 4, MinidumpRegion.COMMITTED, 4, MinidumpRegion.PRIVATE),
            new MinidumpRegion(BASE, 0x5000, BASE, 0x80, MinidumpRegion.COMMITTED, 0x20, MinidumpRegion.IMAGE));

    @TempDir
    private Path directory;

    private static byte[] context() {
        ByteBuffer context = ByteBuffer.allocate(0x4D0).order(ByteOrder.LITTLE_ENDIAN);
        context.putInt(0x30, 0x10001F).putLong(0x98, 0x10_FF00L).putLong(0xF8, BASE + 0x1000);
        return context.array();
    }

    private static MinidumpContents contents(AddressRange... ranges) {
        return new MinidumpContents(
                new MinidumpSystem(MinidumpSystem.AMD64, 4, 1, 10, 0, 19045, 2, ""),
                4711L,
                1_700_000_000L,
                List.of(MODULE, new MinidumpModule("C:\\app\\other.dll", BASE + 0x10_0000, 0x2000, 0, 1, null)),
                List.of(
                        new MinidumpContents.ThreadState(77, 0x20_0000, MemorySegment.ofArray(context())),
                        new MinidumpContents.ThreadState(78, 0, MemorySegment.NULL)),
                REGIONS,
                List.of(ranges));
    }

    /** Five pages at the base, of which the third is missing, and one far away. */
    private static PagedMemory memory() {
        PagedMemory memory = new PagedMemory();
        for (int page = 0; page < 5; page++) {
            byte[] bytes = new byte[PagedMemory.PAGE];
            Arrays.fill(bytes, (byte) (page + 1));
            memory.put(BASE + (long) page * PagedMemory.PAGE, MemorySegment.ofArray(bytes));
        }
        memory.put(0x10_F000L, MemorySegment.ofArray(new byte[] {9, 8, 7}));
        return memory.remove(BASE + 2L * PagedMemory.PAGE);
    }

    private MinidumpWriter.Result write(Path file) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return MinidumpWriter.write(
                    out, contents(new AddressRange(BASE, 0x5000), new AddressRange(0x10_F000L, 0x1000)), memory());
        }
    }

    private Minidump written() throws IOException {
        Path file = directory.resolve("made.dmp");
        write(file);
        return Minidump.parse(MemorySegment.ofArray(Files.readAllBytes(file)));
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Minidump dump = written();

        assertThat(dump.system()).contains(contents().system());
        assertThat(dump.processId()).hasValue(4711);
        assertThat(dump.timestamp()).isEqualTo(1_700_000_000L);
        assertThat(dump.modules()).isEqualTo(contents().modules());
        assertThat(dump.threads()).extracting(MinidumpThread::id).containsExactly(77L, 78L);
        ProcessorContext context =
                Objects.requireNonNull(dump.threads().getFirst().context());
        assertThat(context.instructionPointer()).isEqualTo(BASE + 0x1000);
        assertThat(context.stackPointer()).isEqualTo(0x10_FF00L);
        assertThat(dump.regions()).isEqualTo(REGIONS);
        assertThat(dump.exception()).isEmpty();
        assertThat(dump.memory().readByte(BASE + 0x4FFF)).isEqualTo((byte) 5);
        assertThat(dump.memory().readByte(0x10_F002L)).isEqualTo((byte) 7);
        assertThat(dump.memory().missing()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsLeftOutAndNamed() throws IOException {
        Path file = directory.resolve("gap.dmp");
        MinidumpWriter.Result result = write(file);
        Minidump dump = Minidump.parse(MemorySegment.ofArray(Files.readAllBytes(file)));

        AddressRange lost = new AddressRange(BASE + 0x2000, 0x1000);
        assertThat(result.missing()).containsExactly(new Gap(lost, Fault.NOT_PRESENT));
        assertThat(result.bytes()).isEqualTo(0x5000);
        assertThat(dump.memory().ranges()).isEqualTo(result.ranges()).doesNotContain(lost);
        assertThatThrownBy(() -> dump.memory().readByte(BASE + 0x2000)).isInstanceOf(MemflowException.class);
    }

    @Test
    void regionsAreReadByTheSizeOfTheirEntries() {
        ByteBuffer file = ByteBuffer.allocate(32 + 12 + 16 + 2 * 56).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0x504D444D).putInt(8, 1).putInt(12, 32);
        file.putInt(32, 16).putInt(36, 16 + 2 * 56).putInt(40, 44);
        // Entries may be longer than those that are known.
        file.putInt(44, 16).putInt(48, 56).putLong(52, 2);
        file.putLong(60, 0x10000).putLong(68, 0x10000).putInt(76, 4).putLong(84, 0x2000);
        file.putInt(92, 0x1000).putInt(96, 2).putInt(100, 0x20000);
        file.putLong(116, 0x12000).putLong(140, 0x1000).putInt(148, 0x10000);

        assertThat(Minidump.parse(MemorySegment.ofArray(file.array())).regions())
                .containsExactly(
                        new MinidumpRegion(0x10000, 0x2000, 0x10000, 4, 0x1000, 2, 0x20000),
                        new MinidumpRegion(0x12000, 0x1000, 0, 0, 0x10000, 0, 0));
    }

    @Test
    void namesOfThreadsAndUnloadedModulesAreRead() {
        ByteBuffer file = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0x504D444D).putInt(8, 3).putInt(12, 32);
        file.putInt(32, 24).putInt(36, 16).putInt(40, 80);
        file.putInt(44, 14).putInt(48, 36).putInt(52, 96);
        file.putInt(56, 15).putInt(60, 24).putInt(64, 136);
        file.putInt(80, 1).putInt(84, 77).putLong(88, 200);
        file.putInt(96, 12).putInt(100, 24).putInt(104, 1);
        file.putLong(108, BASE).putInt(116, 0x3000).putInt(128, 200);
        file.putInt(136, 24).putInt(140, 3).putInt(144, 4711).putInt(148, 1_700_000_000);
        file.putInt(200, 6).put(204, "abc".getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
        Minidump dump = Minidump.parse(MemorySegment.ofArray(file.array()));

        assertThat(dump.threadNames()).isEqualTo(java.util.Map.of(77L, "abc"));
        assertThat(dump.unloadedModules()).containsExactly(new UnloadedModule("abc", BASE, 0x3000));
        assertThat(dump.processStart()).hasValue(1_700_000_000L);
    }

    @Test
    void protectionsHaveNamesAndLetters() {
        for (long protection : new long[] {1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0x104, 0x202, 0x404}) {
            assertThat(PageProtection.number(PageProtection.name(protection))).isEqualTo(protection);
        }
        assertThat(PageProtection.name(0x104)).isEqualTo("READWRITE+GUARD");
        assertThat(PageProtection.letters(0x80)).isEqualTo("rwx");
        assertThat(PageProtection.letters(0)).isEqualTo("???");
        assertThat(PageProtection.number("nonsense")).isZero();
        for (String letters : List.of("---", "r--", "rw-", "r-x", "rwx", "--x")) {
            assertThat(PageProtection.letters(PageProtection.ofLetters(letters)))
                    .isEqualTo(letters);
        }
    }

    /** LLDB is a reader that is not ours (Debian's lldb). */
    @Test
    void lldbReadsWhatWeWrite() throws IOException {
        Path file = directory.resolve("lldb.dmp");
        write(file);
        String output = OtherProgram.LLDB.run(List.of(
                "-b",
                "-o",
                "target create --core " + file,
                "-o",
                "image list",
                "-o",
                "register read rip rsp",
                "-o",
                "memory read -f x -s 8 -c 1 0x7ff612344ff8"));

        assertThat(output)
                .contains("3249D99D-0C40-4931-8610-F4E4FB0B6936-00000004", "0x00007ff612340000", "app.exe", "other.dll")
                .contains("rip = 0x00007ff612341000", "rsp = 0x000000000010ff00")
                .contains("0x7ff612344ff8: 0x0505050505050505");
    }

    @Test
    void damagedDumpsEndInAnswersOrInOurOwnExceptions() throws IOException {
        Path file = directory.resolve("good.dmp");
        write(file);
        byte[] good = Files.readAllBytes(file);
        Corruption.truncate(good, 0, 300, 3, MinidumpTest::exercise);
        Corruption.mutate(good, 2_000, 5, MinidumpTest::exercise);
        assertThatThrownBy(() -> Minidump.parse(MemorySegment.ofArray(new byte[100])))
                .isInstanceOf(MalformedDataException.class);
    }

    private static void exercise(MemorySegment bytes) {
        Minidump dump = Minidump.parse(bytes);
        for (Runnable question : List.<Runnable>of(
                dump::modules,
                dump::threads,
                dump::system,
                dump::exception,
                dump::regions,
                dump::processId,
                dump::processStart,
                dump::threadNames,
                dump::unloadedModules)) {
            try {
                question.run();
            } catch (MemflowException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
        dump.memory();
    }

    /** rizin-testbins, {@code mdmp/calc.dmp}: calc.exe of 64-bit Windows 7, written by Windows. */
    @Test
    void theGenuineDumpOfCalcIsRead() {
        Minidump dump = Minidump.parse(MemorySegment.ofArray(WindowsSamples.file("mdmp/calc.dmp")));
        MinidumpSystem system = dump.system().orElseThrow();

        System.out.printf(
                "calc.dmp: %s, %d modules, %d threads, %d blocks%n",
                system,
                dump.modules().size(),
                dump.threads().size(),
                dump.blocks().size());
        assertThat(dump.modules()).hasSize(28);
        assertThat(dump.modules().getFirst().path()).endsWith("calc.exe");
        assertThat(dump.threads()).hasSize(5);
        assertThat(dump.memory().missing()).isEmpty();
        for (MinidumpThread thread : dump.threads()) {
            MemoryBlock stack = Objects.requireNonNull(thread.stack());
            long into = Objects.requireNonNull(thread.context()).stackPointer() - stack.address();
            assertThat(into).isBetween(0L, stack.bytes());
        }
    }

    /** Breakpad's and Crashpad's dumps (rust-minidump, {@code testdata}) against what that repository's tests expect. */
    @Test
    void theGenuineDumpsOfBreakpadAreRead() {
        Minidump dump = Minidump.parse(MemorySegment.ofArray(WindowsSamples.file("testdata/test.dmp")));

        assertThat(dump.system().orElseThrow().architecture()).isEqualTo(MinidumpSystem.INTEL);
        assertThat(dump.modules()).hasSize(13);
        assertThat(dump.modules().getFirst().path()).isEqualTo("c:\\test_app.exe");
        assertThat(dump.modules().getFirst().pdb())
                .isEqualTo(new PdbReference("c:\\test_app.pdb", "5A9832E5-2872-41C1-838E-D98914E9B7FF", 1));
        assertThat(dump.threads()).hasSize(2);
        assertThat(dump.threads().getFirst().id()).isEqualTo(0xBF4);
        assertThat(dump.exception().orElseThrow().record().code()).isEqualTo(0xC0000005L);
        assertThat(dump.exception().orElseThrow().record().address()).isEqualTo(0x40429E);
    }
}
