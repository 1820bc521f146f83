package io.memflow.formats.crashdump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.Corruption;
import io.memflow.formats.WindowsSamples;
import io.memflow.formats.synthetic.CrashDumpBuilder;
import io.memflow.formats.synthetic.TriageDumpBuilder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Synthetic dumps by the published offsets, and two genuine triage dumps where they are at hand. */
class CrashDumpTest {
    private static CrashDump parse(byte[] file) {
        return CrashDump.parse(MemorySegment.ofArray(file));
    }

    private static byte[] pages(int count, int fill) {
        byte[] pages = new byte[count * 4096];
        java.util.Arrays.fill(pages, (byte) fill);
        return pages;
    }

    @Test
    void theHeaderOfA64BitSystemIsRead() {
        CrashHeader header =
                parse(CrashDumpBuilder.wide(1).run(0x1000, pages(2, 1)).build()).header();

        assertThat(header.width()).isEqualTo(PointerWidth.BITS_64);
        assertThat(header.machine()).isEqualTo(ProcessorContext.MACHINE_X64);
        assertThat(header.type()).isEqualTo(CrashDumpType.FULL);
        assertThat(header.build()).isEqualTo(19041);
        assertThat(header.directoryTable()).isEqualTo(0x1AD000);
        assertThat(header.loadedModules()).isEqualTo(0xFFFFF804_7C62A390L);
        assertThat(header.activeProcesses()).isEqualTo(0xFFFFF804_7C61E200L);
        assertThat(header.debuggerData()).isEqualTo(0xFFFFF804_7C600B20L);
        assertThat(header.bugCheck()).isEqualTo(new BugCheck(0x7E, List.of(1L, 2L, 3L, 4L)));
        assertThat(Objects.requireNonNull(header.context()).instructionPointer())
                .isEqualTo(0xFFFFF804_7BDFD920L);
        assertThat(Objects.requireNonNull(header.context()).stackPointer()).isEqualTo(0xFFFF8504_29890EE8L);
        assertThat(header.exception()).isEqualTo(new ExceptionRecord(0xC0000005L, 0, 0x1234, List.of(8L, 9L)));
        assertThat(header.comment()).isEqualTo("synthetic");
        assertThat(header.productType()).isEqualTo(1);
    }

    @Test
    void theHeaderOfA32BitSystemIsRead() {
        CrashHeader header = parse(
                        CrashDumpBuilder.narrow(1).run(0x1000, pages(1, 1)).build())
                .header();

        assertThat(header.width()).isEqualTo(PointerWidth.BITS_32);
        assertThat(header.build()).isEqualTo(7601);
        assertThat(header.directoryTable()).isEqualTo(0x185000);
        assertThat(header.loadedModules()).isEqualTo(0x82930850L);
        assertThat(header.debuggerData()).isEqualTo(0x8290BBE8L);
        assertThat(header.bugCheck().code()).isEqualTo(0xD1);
        assertThat(Objects.requireNonNull(header.context()).instructionPointer())
                .isEqualTo(0x82842000L);
        assertThat(Objects.requireNonNull(header.context()).stackPointer()).isEqualTo(0x80DC1000L);
        assertThat(Objects.requireNonNull(header.exception()).code()).isEqualTo(0x80000003L);
        assertThat(header.comment()).isNull();
        assertThat(header.upTime()).isNull();
    }

    @Test
    void runsOfAFullDumpFollowEachOtherInTheFile() {
        byte[] wide = CrashDumpBuilder.wide(1)
                .run(0x1000, pages(2, 1))
                .run(0x1_0000_0000L, pages(1, 2))
                .build();
        byte[] narrow = CrashDumpBuilder.narrow(1)
                .run(0, pages(1, 1))
                .run(0x10_0000, pages(3, 2))
                .build();

        assertThat(parse(wide).runs())
                .containsExactly(
                        new PhysicalRun(0x1000, 0x2000, 0x2000), new PhysicalRun(0x1_0000_0000L, 0x4000, 0x1000));
        assertThat(parse(narrow).runs())
                .containsExactly(new PhysicalRun(0, 0x1000, 0x1000), new PhysicalRun(0x10_0000, 0x2000, 0x3000));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6})
    void pagesOfABitmapDumpAreThoseWithABit(int type) {
        byte[] file = CrashDumpBuilder.wide(type)
                .run(0x1000, pages(2, 1))
                .run(0x9000, pages(1, 2))
                .run(0xB000, pages(9, 3))
                .build();

        assertThat(parse(file).runs())
                .containsExactly(
                        new PhysicalRun(0x1000, 0x3000, 0x2000),
                        new PhysicalRun(0x9000, 0x5000, 0x1000),
                        new PhysicalRun(0xB000, 0x6000, 0x9000));
        assertThat(parse(file).missing()).isEmpty();
    }

    @Test
    void aSummaryDumpOfA32BitSystemHasABitmapToo() {
        byte[] file = CrashDumpBuilder.narrow(2)
                .run(0x3000, pages(2, 1))
                .run(0x8000, pages(1, 2))
                .build();

        assertThat(parse(file).runs())
                .containsExactly(new PhysicalRun(0x3000, 0x2000, 0x2000), new PhysicalRun(0x8000, 0x4000, 0x1000));
    }

    @Test
    void whatAFileEndsBeforeIsNamed() {
        byte[] file = CrashDumpBuilder.wide(1)
                .run(0x1000, pages(4, 1))
                .run(0x9000, pages(1, 1))
                .build();
        CrashDump cut = parse(java.util.Arrays.copyOf(file, 0x3800));

        assertThat(cut.runs()).containsExactly(new PhysicalRun(0x1000, 0x2000, 0x1800));
        assertThat(cut.missing()).containsExactly(new AddressRange(0x2800, 0x2800), new AddressRange(0x9000, 0x1000));
    }

    @Test
    void aTriageDumpHasDriversAndPiecesOfMemory() {
        TriageDump triage = parse(CrashDumpBuilder.triage()).triage().orElseThrow();

        assertThat(triage.drivers())
                .containsExactly(new DumpDriver(
                        "\\SystemRoot\\system32\\hal.dll", 0xFFFFF804_79440000L, 0x6000, 0xCE9F, 0x1A7BE8E9));
        assertThat(triage.drivers().getFirst().name()).isEqualTo("hal.dll");
        assertThat(triage.unloadedDrivers())
                .containsExactly(new UnloadedDriver("dam.sys", 0xFFFFF804_87DE0000L, 0xFFFFF804_87DFC000L));
        assertThat(triage.debuggerData().orElseThrow().kernelBase()).isEqualTo(0xFFFFF804_7BA00000L);
        assertThat(triage.memory().readLong(0xFFFFF804_7C700000L)).isEqualTo(0x1122_3344_5566_7788L);
        assertThat(DebuggerData.read(triage.memory(), 0xFFFFF804_7C600B20L)).isEqualTo(triage.debuggerData());
        assertThatThrownBy(() -> triage.memory().readLong(0xFFFFF804_7C700100L))
                .isInstanceOf(MemoryAccessException.class)
                .hasMessageContaining("not in the dump");
    }

    @Test
    void aTriageDumpOfA32BitSystemHasTheSame() {
        byte[] block = {1, 2, 3, 4, 5, 6, 7, 8};
        byte[] file = TriageDumpBuilder.narrow()
                .driver("\\WINDOWS\\system32\\ntkrnlpa.exe", 0x804D7000L, 0x20E000)
                .driver("\\WINDOWS\\system32\\hal.dll", 0x806E5000L, 0x20D00)
                .unloaded("kmixer.sys", 0xF7A00000L, 0xF7A2B000L)
                .stack(0xF78AE9A4L, new byte[] {9, 9, 9, 9})
                .debuggerData(TriageDumpBuilder.debuggerData(0x804D7000L, 0x8055B420L, 0x805615F8L))
                .objects(new byte[0x20], new byte[] {3, 0, 0x1B, 0}, new byte[] {6, 0, 0x70, 0})
                .block(0x8055B420L, block)
                .build();
        TriageDump triage = parse(file).triage().orElseThrow();

        assertThat(triage.drivers())
                .containsExactly(
                        new DumpDriver("\\WINDOWS\\system32\\ntkrnlpa.exe", 0x804D7000L, 0x20E000, 0xCE9F, 0x1A7BE8E9),
                        new DumpDriver("\\WINDOWS\\system32\\hal.dll", 0x806E5000L, 0x20D00, 0xCE9F, 0x1A7BE8E9));
        assertThat(triage.unloadedDrivers())
                .containsExactly(new UnloadedDriver("kmixer.sys", 0xF7A00000L, 0xF7A2B000L));
        assertThat(triage.debuggerData().orElseThrow().activeProcesses()).isEqualTo(0x805615F8L);
        assertThat(triage.memory().properties().pointerBytes()).isEqualTo(4);
        assertThat(triage.memory().readBytes(0x8055B420L, 8)).isEqualTo(block);
        assertThat(triage.memory().readInt(0xF78AE9A4L)).isEqualTo(0x09090909);
        MemoryBlock process =
                triage.object(TriageObject.PROCESS, 0x825C8830L, 4).orElseThrow();
        assertThat(file[(int) process.fileOffset() + 2]).isEqualTo((byte) 0x1B);
        assertThat(triage.object(TriageObject.THREAD, 0x825C85B8L, file.length)).isEmpty();
    }

    @Test
    void offsetsOfStructuresAreThoseThatTheDebuggersDataHas() {
        byte[] data = TriageDumpBuilder.debuggerData(1, 2, 3);
        ByteBuffer.wrap(data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(0x2A8, (short) 0xA40)
                .putShort(0x2C0, (short) 0x898);
        DebuggerOffsets offsets =
                DebuggerOffsets.decode(MemorySegment.ofArray(data)).orElseThrow();

        assertThat(offsets.processBytes()).isEqualTo(0xA40);
        assertThat(offsets.threadBytes()).isEqualTo(0x898);
        // XP's structure ends before them.
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putInt(0x14, 0x290);
        assertThat(DebuggerOffsets.decode(MemorySegment.ofArray(data))).isEmpty();
    }

    @Test
    void partsThatTheHeaderDoesNotVouchForAreNotRead() {
        byte[] file = CrashDumpBuilder.triage();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(0x1038, 0x40);
        TriageDump triage = parse(file).triage().orElseThrow();

        assertThat(triage.drivers()).hasSize(1);
        assertThat(triage.debuggerData()).isEmpty();
        assertThat(triage.blocks()).hasSize(1);
    }

    @Test
    void aSummaryDumpOfA64BitSystemHasItsBitsBehindAWiderPointer() {
        byte[] file = CrashDumpBuilder.wide(2)
                .run(0x3000, pages(2, 1))
                .run(0x8000, pages(1, 2))
                .build();

        assertThat(parse(file).runs())
                .containsExactly(new PhysicalRun(0x3000, 0x3000, 0x2000), new PhysicalRun(0x8000, 0x5000, 0x1000));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6})
    void aBitmapDumpOfA32BitSystemHasTheSameHeaderOfItsBitmap(int type) {
        byte[] file = CrashDumpBuilder.narrow(type)
                .run(0x1000, pages(2, 1))
                .run(0x9000, pages(1, 2))
                .build();

        assertThat(parse(file).runs())
                .containsExactly(new PhysicalRun(0x1000, 0x2000, 0x2000), new PhysicalRun(0x9000, 0x4000, 0x1000));
    }

    @Test
    void filesOfOtherKindsAreRefused() {
        assertThatThrownBy(() -> parse(new byte[0x2000]))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("no signature");
        byte[] cut = java.util.Arrays.copyOf(CrashDumpBuilder.wide(1).build(), 0x1800);
        assertThatThrownBy(() -> parse(cut))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("within its header");
    }

    @Test
    void damagedDumpsEndInAnswersOrInOurOwnExceptions() {
        for (byte[] good : List.of(
                CrashDumpBuilder.wide(1).run(0x1000, pages(2, 1)).build(),
                CrashDumpBuilder.narrow(2).run(0x1000, pages(2, 1)).build(),
                CrashDumpBuilder.wide(2).run(0x1000, pages(2, 1)).build(),
                CrashDumpBuilder.wide(5).run(0x1000, pages(2, 1)).build(),
                CrashDumpBuilder.narrow(5).run(0x1000, pages(2, 1)).build(),
                TriageDumpBuilder.narrow()
                        .driver("hal.dll", 0x806E5000L, 0x20D00)
                        .block(0x8055B420L, new byte[16])
                        .build(),
                CrashDumpBuilder.triage())) {
            Corruption.truncate(good, 0, 300, 3, CrashDump::parse);
            Corruption.mutate(good, 1_000, 7, CrashDump::parse);
        }
    }

    /** rizin-testbins, {@code dmp/triage_x64.dmp}; the expected values are those of rizin's own tests and of the raw bytes. */
    @Test
    void theGenuineTriageDumpOfAnX64SystemIsRead() throws NoSuchAlgorithmException {
        CrashDump dump = genuine("dmp/triage_x64.dmp");
        TriageDump triage = dump.triage().orElseThrow();

        assertThat(dump.header().build()).isEqualTo(19041);
        assertThat(dump.header().directoryTable()).isEqualTo(0x1AD000);
        assertThat(dump.header().bugCheck().code()).isEqualTo(0x1000007E);
        assertThat(dump.header().bugCheck().parameters().getFirst()).isEqualTo(0xFFFFFFFF_C0000005L);
        assertThat(dump.header().processors()).isEqualTo(16);
        assertThat(triage.drivers()).hasSize(0x97);
        assertThat(triage.drivers().getFirst().name()).isEqualTo("ntoskrnl.exe");
        assertThat(triage.drivers().getFirst().base()).isEqualTo(0xFFFFF804_7BA00000L);
        assertThat(triage.drivers().getFirst().bytes()).isEqualTo(0x1046000);
        assertThat(triage.unloadedDrivers()).hasSize(4);
        DebuggerOffsets offsets = triage.debuggerOffsets().orElseThrow();
        assertThat(offsets.processBytes()).isEqualTo(0xA40);
        assertThat(offsets.peb()).isEqualTo(0x550);
        assertThat(offsets.processorBytes()).isEqualTo(0xAF00);
        DebuggerData data = triage.debuggerData().orElseThrow();
        assertThat(data.kernelBase()).isEqualTo(triage.drivers().getFirst().base());
        assertThat(data.loadedModules()).isEqualTo(dump.header().loadedModules());
        assertThat(data.activeProcesses()).isEqualTo(dump.header().activeProcesses());
        assertThat(Objects.requireNonNull(dump.header().context()).flags()).isEqualTo(0x10001F);
        assertThat(kernelHolds(
                        triage, Objects.requireNonNull(dump.header().context()).instructionPointer()))
                .isTrue();
        assertThat(triage.memory().missing()).isEmpty();
        System.out.println("triage x64: " + summary(triage) + ", rip 0x"
                + Long.toHexString(
                        Objects.requireNonNull(dump.header().context()).instructionPointer()));
    }

    @Test
    void theGenuineTriageDumpOfAnArm64SystemIsRead() throws NoSuchAlgorithmException {
        CrashDump dump = genuine("dmp/triage_arm64.dmp");
        TriageDump triage = dump.triage().orElseThrow();

        assertThat(dump.header().machine()).isEqualTo(ProcessorContext.MACHINE_ARM64);
        assertThat(dump.header().build()).isEqualTo(22000);
        assertThat(triage.drivers()).hasSize(0xF5);
        assertThat(triage.drivers().getFirst().base()).isEqualTo(0xFFFFF803_F2E00000L);
        assertThat(triage.unloadedDrivers()).hasSize(11);
        assertThat(triage.debuggerData().orElseThrow().loadedModules())
                .isEqualTo(dump.header().loadedModules());
        assertThat(kernelHolds(
                        triage, Objects.requireNonNull(dump.header().context()).instructionPointer()))
                .isTrue();
        System.out.println("triage arm64: " + summary(triage) + ", pc 0x"
                + Long.toHexString(
                        Objects.requireNonNull(dump.header().context()).instructionPointer()));
    }

    private static boolean kernelHolds(TriageDump triage, long address) {
        return triage.drivers().stream()
                .anyMatch(driver -> Long.compareUnsigned(address - driver.base(), driver.bytes()) < 0);
    }

    private static String summary(TriageDump triage) {
        long bytes = triage.memory().ranges().stream()
                .mapToLong(AddressRange::length)
                .sum();
        return "%d drivers, %d unloaded, %d blocks, %d bytes of memory"
                .formatted(
                        triage.drivers().size(),
                        triage.unloadedDrivers().size(),
                        triage.blocks().size(),
                        bytes);
    }

    private static CrashDump genuine(String name) throws NoSuchAlgorithmException {
        byte[] file = WindowsSamples.file(name);
        System.out.println(name + " sha256 "
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file)));
        return parse(file);
    }
}
