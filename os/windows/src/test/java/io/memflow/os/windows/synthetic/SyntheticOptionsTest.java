package io.memflow.os.windows.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.formats.crashdump.DebuggerData;
import io.memflow.formats.pe.PeImage;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be asked of a synthetic machine. */
class SyntheticOptionsTest {
    private static final long SEED = 20260303;

    private static SyntheticWindowsBuilder builder(int build) {
        return builder(WindowsArchitecture.X64, build);
    }

    private static SyntheticWindowsBuilder builder(WindowsArchitecture architecture, int build) {
        PublishedKernel row = PublishedTypes.nearest(architecture, build).getLast();
        return SyntheticWindows.builder(row, architecture, SEED);
    }

    @Test
    void syntheticRootsForUserModeShareTheLowerHalfOnly() {
        try (SyntheticWindows machine =
                builder(19041).userTables(UserTables.SHADOWED).build()) {
            SyntheticReader reader = SyntheticReader.of(machine);
            SyntheticProcess shadowed = machine.process("explorer.exe");
            assertThat(reader.pointer(shadowed.address(), "_KPROCESS", "UserDirectoryTableBase") & -4096)
                    .isEqualTo(shadowed.userRoot());
            assertThat(reader.pointer(shadowed.address(), "_KPROCESS", "DirectoryTableBase") & -4096)
                    .isEqualTo(shadowed.root());
            VirtualMemory user = machine.kernel().processMemory(shadowed.userRoot());
            long program = shadowed.modules().getFirst().base();
            assertThat(PeImage.open(user, program).size())
                    .isEqualTo(shadowed.modules().getFirst().size());
            assertThat(user.translate(shadowed.address(), new Translation())).isFalse();
            SyntheticProcess administrator = machine.process("services.exe");
            assertThat(administrator.userRoot()).isZero();
            assertThat(reader.pointer(administrator.address(), "_KPROCESS", "UserDirectoryTableBase"))
                    .isEqualTo(1);
        }
        assertThatThrownBy(() -> builder(7600).userTables(UserTables.SHADOWED).build())
                .hasMessageContaining("no second root");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x100, 0x1AB, 0x1ED, 0x1FE})
    void syntheticRootsNameThemselvesWhereAsked(int index) {
        try (SyntheticWindows machine = builder(19041).selfMap(index).build()) {
            for (SyntheticProcess process : machine.processes()) {
                long entry = machine.memory().readUnsigned(process.root() + 8L * index, 8);
                assertThat(entry & 0x000F_FFFF_FFFF_F083L).isEqualTo(process.root() + 3);
            }
        }
    }

    @Test
    void syntheticDebuggerDataIsAbsentPlainOrEncodedAsAsked() {
        try (SyntheticWindows machine =
                builder(19041).debuggerBlock(DebuggerBlock.NONE).build()) {
            assertThat(machine.kernel().anchors().debuggerData()).isZero();
        }
        try (SyntheticWindows machine =
                builder(19041).debuggerBlock(DebuggerBlock.PLAIN).build()) {
            assertThat(DebuggerData.read(
                            machine.kernel().memory(),
                            machine.kernel().anchors().debuggerData()))
                    .hasValueSatisfying(data -> assertThat(data.kernelBase())
                            .isEqualTo(machine.kernel().image().base()));
        }
        try (SyntheticWindows machine = builder(19041).build()) {
            VirtualMemory memory = machine.kernel().memory();
            long at = machine.kernel().anchors().debuggerData();
            assertThat(DebuggerData.read(memory, at)).isEmpty();
            assertThat(DebuggerData.decode(decoded(machine, memory, at)))
                    .hasValueSatisfying(data -> assertThat(data.activeProcesses())
                            .isEqualTo(machine.kernel().anchors().activeProcesses()));
        }
    }

    private static MemorySegment decoded(SyntheticWindows machine, VirtualMemory memory, long at) {
        long never = memory.readUnsigned(machine.variable("KiWaitNever"), 8);
        long always = memory.readUnsigned(machine.variable("KiWaitAlways"), 8);
        long flag = machine.variable("KdpDataBlockEncoded");
        long[] words = new long[0x60 / 8];
        for (int i = 0; i < words.length; i++) {
            long mixed = Long.rotateLeft(memory.readUnsigned(at + 8L * i, 8) ^ never, (int) (never & 0xFF)) ^ flag;
            words[i] = Long.reverseBytes(mixed) ^ always;
        }
        return MemorySegment.ofArray(words);
    }

    @ParameterizedTest
    @EnumSource(names = {"X86", "X86_PAE", "X64"})
    void syntheticPagesOfAllStatesHaveTheEntriesThatTheTruthSays(WindowsArchitecture architecture) {
        try (SyntheticWindows machine =
                builder(architecture, 7601).pageStates(PageStates.MIXED).build()) {
            SyntheticProcess process = machine.process("explorer.exe");
            assertThat(process.pages()).extracting(SyntheticPage::state).containsOnly(SyntheticPage.State.values());
            VirtualMemory memory = machine.kernel().processMemory(process.root());
            for (SyntheticPage page : process.pages()) {
                Translation translation = new Translation();
                boolean isThere = memory.translate(page.address(), translation);
                assertThat(isThere).isEqualTo(page.state() == SyntheticPage.State.VALID);
            }
            SyntheticPage left = process.pages().stream()
                    .filter(page -> page.state() == SyntheticPage.State.TRANSITION)
                    .findFirst()
                    .orElseThrow();
            assertThat(machine.memory().readBytes(left.frame(), 6))
                    .isEqualTo("page 1".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void syntheticLowStubLeadsToTheRootAndTheKernel() {
        try (SyntheticWindows machine = builder(19041).lowStub(LowStub.PRESENT).build()) {
            PhysicalMemory memory = machine.memory();
            assertThat(memory.readUnsigned(0x13000, 8) & 0xFFFF_FFFF_FFFF_00FFL).isEqualTo(0x0000_0001_0006_00E9L);
            assertThat(memory.readUnsigned(0x130A0, 8)).isEqualTo(machine.root());
        }
    }

    @Test
    void aSyntheticKernelCanBeMappedPageByPage() {
        try (SyntheticWindows machine =
                builder(10240).kernelPages(KernelPages.SMALL).build()) {
            assertThat(PeImage.open(
                                    machine.kernel().memory(),
                                    machine.kernel().image().base())
                            .export("PsGetProcessId"))
                    .isPresent();
        }
    }

    @Test
    void theSameSeedMakesTheSameSyntheticMachineAndAnImageFileHasTheSameBytes(@TempDir Path folder) throws IOException {
        Path written = folder.resolve("written.raw");
        Path built = folder.resolve("built.raw");
        try (SyntheticWindows machine = builder(19041).build();
                SyntheticWindows inFile = builder(19041).build(built)) {
            machine.writeImage(written);
            assertThat(inFile.processes()).isEqualTo(machine.processes());
        }
        assertThat(Files.mismatch(written, built)).isEqualTo(-1);
    }

    @Test
    void whatARowLacksIsMovedAndNamed() {
        try (SyntheticWindows machine = builder(26100).build()) {
            assertThat(machine.derived())
                    .containsEntry("_ETHREAD.Cid", "as in 10 19041, moved by +40 bytes")
                    .containsEntry("_KTHREAD.Teb", "as in 10 19041, moved by +32 bytes")
                    .doesNotContainKey("_EPROCESS.Peb");
        }
        try (SyntheticWindows machine = builder(19041).build()) {
            assertThat(machine.derived()).isEmpty();
        }
    }
}
