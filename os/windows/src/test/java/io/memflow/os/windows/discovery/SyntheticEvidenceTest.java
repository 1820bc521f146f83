package io.memflow.os.windows.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.connector.dump.DumpConnector;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.synthetic.CrashDumpBuilder;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.TestedMachine;
import io.memflow.os.windows.offset.Vote;
import io.memflow.os.windows.offset.Voter;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.synthetic.DebuggerBlock;
import io.memflow.os.windows.synthetic.KernelPages;
import io.memflow.os.windows.synthetic.LowStub;
import io.memflow.os.windows.synthetic.PageStates;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import io.memflow.os.windows.synthetic.UserTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of evidence for a synthetic kernel, alone or where another is gone. */
class SyntheticEvidenceTest {
    /** The top-level entry of 0xFFFFF780_00000000, where the kernel sees what it shares with user mode. */
    private static final long SHARED_ENTRY = 0x1EF;

    private static DiscoveredWindows discover(SyntheticWindows machine) {
        return WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty());
    }

    private static DiscoveryStep step(DiscoveredWindows found, String name) {
        return found.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<PublishedKernel> without(int build) {
        List<PublishedKernel> others = new ArrayList<>(PublishedKernels.all());
        others.removeIf(kernel -> kernel.build() == build);
        return others;
    }

    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void aPlainDebuggerBlockOfASyntheticMachineIsFoundAndNamesItsLists(TestedMachine build) {
        try (SyntheticWindows machine =
                build.builder().debuggerBlock(DebuggerBlock.PLAIN).build()) {
            DiscoveredWindows found = discover(machine);
            assertThat(step(found, "debugger block").confidence()).isEqualTo(Confidence.CONFIRMED);
            assertThat(found.kernel().anchors()).isEqualTo(machine.kernel().anchors());
        }
    }

    /** Every rotation and many secrets: the seed draws them. */
    @ParameterizedTest
    @MethodSource("encoded")
    void anEncodedDebuggerBlockOfASyntheticMachineIsDecodedWithoutItsSecrets(TestedMachine build, int seed) {
        try (SyntheticWindows machine =
                build.builder(seed).debuggerBlock(DebuggerBlock.ENCODED).build()) {
            DiscoveredWindows found = discover(machine);
            DiscoveryStep step = step(found, "debugger block");
            assertThat(step.confidence()).isEqualTo(Confidence.CONFIRMED);
            assertThat(step.finding()).contains("encoded");
            assertThat(found.kernel().anchors()).isEqualTo(machine.kernel().anchors());
            assertThat(found.offsets().disagreements()).isEmpty();
        }
    }

    static Stream<Arguments> encoded() {
        return TestedMachine.wide().flatMap(build -> IntStream.range(0, 4).mapToObj(seed -> Arguments.of(build, seed)));
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "ENCODED"})
    void whatASyntheticKernelTellsItsDebuggerCountsWhereItsBuildIsNotKnown(DebuggerBlock form) {
        try (SyntheticWindows machine =
                TestedBuild.TEN_X64.builder().debuggerBlock(form).build()) {
            DiscoveredWindows found = WindowsDiscovery.discover(
                    machine.memory(),
                    Hints.NONE,
                    Optional.empty(),
                    without(machine.row().build()));
            assertThat(found.offsets().types().decisions().get("_KTHREAD.InitialStack"))
                    .satisfies(decision ->
                            assertThat(decision.votes()).extracting(Vote::voter).contains(Voter.DEBUGGER));
            assertThat(found.kernel().layout().offset("_KTHREAD", "InitialStack"))
                    .isEqualTo(machine.kernel().layout().offset("_KTHREAD", "InitialStack"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x100, 0x1AB, 0x1ED, 0x1FE})
    void theTablesOfASyntheticMachineMayMapThemselvesAnywhere(int index) {
        try (SyntheticWindows machine =
                TestedBuild.TEN_X64.builder().selfMap(index).build()) {
            assertThat(discover(machine).kernel().image())
                    .isEqualTo(machine.kernel().image());
        }
    }

    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void aSyntheticKernelInSmallPagesWithHalfOfItsMemoryAbsentIsFound(TestedMachine build) {
        try (SyntheticWindows machine = build.builder()
                .kernelPages(KernelPages.SMALL)
                .pageStates(PageStates.MIXED)
                .build()) {
            assertThat(discover(machine).kernel().image())
                    .isEqualTo(machine.kernel().image());
        }
    }

    @Test
    void theStartBlockOfASyntheticMachineLeadsToAKernelWhoseTablesDoNotMapThemselves() {
        try (SyntheticWindows machine =
                TestedBuild.TEN_X64.builder().lowStub(LowStub.PRESENT).build()) {
            for (SyntheticProcess process : machine.processes()) {
                machine.memory().writeLong(process.root() + 8L * machine.selfMap(), 0);
            }
            DiscoveredWindows found = discover(machine);
            assertThat(found.kernel().image()).isEqualTo(machine.kernel().image());
            assertThat(step(found, "page tables").finding()).contains("start block");
        }
    }

    static Stream<PublishedKernel> withSecondRoots() {
        return PublishedKernels.all().stream().filter(row -> secondRoot(row).isPresent());
    }

    private static Optional<Integer> secondRoot(PublishedKernel row) {
        return Optional.ofNullable(row.structures().get("_KPROCESS"))
                .map(process -> process.offsets().get("UserDirectoryTableBase"));
    }

    /** The builder's headers name the root that synthetic machines have; no other field of them is of this machine. */
    @Test
    void theHeaderOfACrashDumpLeadsToASyntheticKernelWhoseTablesDoNotMapThemselves(@TempDir Path folder)
            throws IOException {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            for (SyntheticProcess process : machine.processes()) {
                machine.memory().writeLong(process.root() + 8L * machine.selfMap(), 0);
            }
            CrashDumpBuilder builder = CrashDumpBuilder.wide(1);
            for (AddressRange range : machine.memory().map().ranges()) {
                builder.run(range.start(), machine.memory().readBytes(range.start(), (int) range.length()));
            }
            Path file = Files.write(folder.resolve("memory.dmp"), builder.build());
            PluginArguments arguments = new PluginArguments(Optional.of(file.toString()), Map.of());
            try (PhysicalMemory dump = new DumpConnector().connect(arguments, Optional.empty())) {
                DiscoveredWindows found = WindowsDiscovery.discover(dump, Hints.NONE, Optional.empty());
                assertThat(found.kernel().image()).isEqualTo(machine.kernel().image());
                assertThat(step(found, "page tables").finding()).contains("header of the dump");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("withSecondRoots")
    void theSecondRootsOfASyntheticMachineAreLearnedWithoutItsRow(PublishedKernel row) {
        try (SyntheticWindows machine = SyntheticWindows.builder(row, TestedBuild.TEN_X64.architecture(), 1)
                .userTables(UserTables.SHADOWED)
                .build()) {
            TypeTable types = WindowsDiscovery.discover(
                            machine.memory(), Hints.NONE, Optional.empty(), without(row.build()))
                    .kernel()
                    .layout()
                    .types();
            assertThat(types.member("_KPROCESS", "UserDirectoryTableBase")
                            .orElseThrow()
                            .offset())
                    .isEqualTo(secondRoot(row).orElseThrow().longValue());
        }
    }

    @Test
    void theVersionOfASyntheticMachineIsReadWhereItIsNotMapped() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            for (SyntheticProcess process : machine.processes()) {
                machine.memory().writeLong(process.root() + 8 * SHARED_ENTRY, 0);
            }
            DiscoveredWindows found = discover(machine);
            DiscoveryStep step = step(found, "KUSER_SHARED_DATA");
            assertThat(step.confidence()).isEqualTo(Confidence.LIKELY);
            assertThat(step.finding()).contains("not mapped");
            assertThat(found.kernel().version()).isEqualTo(machine.kernel().version());
        }
    }

    @Test
    void votersThatDisagreeOnASyntheticKernelAreReportedAndItsCodeRules() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            PublishedKernel wrong = moved(machine.row(), "_EPROCESS", "Peb", 8);
            DiscoveredWindows found =
                    WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty(), List.of(wrong));
            assertThat(found.offsets().disagreements())
                    .singleElement()
                    .asString()
                    .contains("_EPROCESS.Peb");
            assertThat(found.kernel().layout().offset("_EPROCESS", "Peb"))
                    .isEqualTo(machine.kernel().layout().offset("_EPROCESS", "Peb"));
        }
    }

    private static PublishedKernel moved(PublishedKernel row, String structure, String member, int by) {
        Map<String, PublishedStructure> structures = new HashMap<>(row.structures());
        structures.computeIfPresent(structure, (name, published) -> {
            Map<String, Integer> offsets = new HashMap<>(published.offsets());
            offsets.merge(member, by, Integer::sum);
            return new PublishedStructure(published.size(), offsets);
        });
        return new PublishedKernel(row.architecture(), row.build(), row.label(), structures);
    }

    @Test
    void memoryWithoutAKernelIsRefusedWithWhatWasLookedFor() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            MemoryView memory = machine.memory();
            byte[] zeros = new byte[0x1000];
            machine.memory().map().ranges().forEach(range -> {
                for (long page = range.start(); page != range.end(); page += zeros.length) {
                    memory.writeBytes(page, zeros);
                }
            });
            assertThatThrownBy(() -> discover(machine))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("maps itself")
                    .hasMessageContaining("dtb=");
        }
    }
}
