package io.memflow.os.windows.symbol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.Corruption;
import io.memflow.formats.OtherProgram;
import io.memflow.formats.PdbComparison;
import io.memflow.formats.pdb.PdbFile;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.WindowsProvider;
import io.memflow.os.windows.discovery.DiscoveredWindows;
import io.memflow.os.windows.discovery.Hints;
import io.memflow.os.windows.discovery.WindowsDiscovery;
import io.memflow.os.windows.offset.Decision;
import io.memflow.os.windows.offset.Voter;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.synthetic.SyntheticPdb;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Symbol files of synthetic kernels: made by the same published offsets, so that they prove the way and not Microsoft's files. */
class SyntheticSymbolFileTest {
    @TempDir
    private Path directory;

    static Stream<PublishedKernel> rows() {
        return PublishedKernels.all().stream();
    }

    private static SyntheticWindows machine(PublishedKernel row) {
        WindowsArchitecture architecture =
                row.architecture().equals("x64") ? WindowsArchitecture.X64 : WindowsArchitecture.X86_PAE;
        return SyntheticWindows.builder(row, architecture, 7).build();
    }

    private static Optional<SymbolFile> file(byte[] bytes) {
        return Optional.of(new SymbolFile("kernel.pdb", PdbFile.parse(MemorySegment.ofArray(bytes))));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyMemberOfASyntheticKernelComesFromItsSymbolFile(PublishedKernel row) {
        try (SyntheticWindows machine = machine(row)) {
            DiscoveredWindows found =
                    WindowsDiscovery.discover(machine.memory(), Hints.NONE, file(SyntheticPdb.of(machine)));
            TypeTable truth = machine.kernel().layout().types();
            TypeTable types = found.kernel().layout().types();
            row.structures()
                    .forEach((structure, published) -> published.offsets().forEach((member, offset) -> {
                        if (member.equals("ObjectPointerBits")) {
                            // Bits, whose own place is not where their number begins.
                            return;
                        }
                        assertThat(types.member(structure, member).orElseThrow().offset())
                                .as("%s.%s", structure, member)
                                .isEqualTo(offset.longValue());
                        Decision decision = Objects.requireNonNull(
                                found.offsets().types().decisions().get(structure + "." + member));
                        assertThat(decision.votes().getFirst().voter())
                                .as("%s.%s", structure, member)
                                .isEqualTo(Voter.SYMBOLS);
                        assertThat(types.origin(structure, member)).contains("the kernel's symbol file");
                    }));
            // Those that no row has: of 11 24H2 threads and regions.
            for (String path : machine.derived().keySet()) {
                String[] names = path.split("\\.", 2);
                assertThat(types.member(names[0], names[1]).orElseThrow().offset())
                        .as(path)
                        .isEqualTo(
                                truth.member(names[0], names[1]).orElseThrow().offset());
            }
            assertThat(found.offsets().disagreements()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void variablesOfASyntheticKernelAreFoundByItsSymbolFile(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            DiscoveredWindows found =
                    WindowsDiscovery.discover(machine.memory(), Hints.NONE, file(SyntheticPdb.of(machine)));
            for (Map.Entry<String, Long> variable : machine.variables().entrySet()) {
                assertThat(found.kernel().symbols().address(variable.getKey()))
                        .as(variable.getKey())
                        .hasValue(variable.getValue());
            }
            assertThat(machine.variables())
                    .containsKeys("PsActiveProcessHead", "PsLoadedModuleList", "PspCidTable", "KdDebuggerDataBlock");
            assertThat(found.kernel().symbols().address("ObpRootDirectoryObject"))
                    .isPresent();
            assertThat(found.kernel().symbols().address("CmpHiveListHead")).isPresent();
            assertThat(found.kernel().symbols().address("NtClose"))
                    .isEqualTo(machine.kernel().symbols().address("NtClose"));
            assertThat(found.kernel().anchors().activeProcesses())
                    .isEqualTo(machine.kernel().anchors().activeProcesses());
            assertThat(found.kernel().anchors().cidTable())
                    .isEqualTo(machine.kernel().anchors().cidTable());
            assertThat(found.kernel().anchors().loadedModules())
                    .isEqualTo(machine.kernel().anchors().loadedModules());
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsOfASyntheticMachineAreTheSameWithItsSymbolFile(TestedBuild build) throws IOException {
        Path pdb = directory.resolve("kernel.pdb");
        try (SyntheticWindows machine = build.builder().build()) {
            Files.write(pdb, SyntheticPdb.of(machine));
            OperatingSystem voted = new WindowsProvider().open(machine.memory(), PluginArguments.NONE);
            OperatingSystem told = new WindowsProvider()
                    .open(machine.memory(), new PluginArguments(Optional.empty(), Map.of("symbols", pdb.toString())));
            assertAlike(told.processes().rows(), voted.processes().rows());
            assertAlike(told.threads().rows(), voted.threads().rows());
            assertAlike(told.modules().rows(), voted.modules().rows());
            assertAlike(told.handles().rows(), voted.handles().rows());
            assertAlike(told.details().rows(), voted.details().rows());
            told.processes().rows().forEach(row -> {
                assertAlike(
                        told.process(row).regions().rows(),
                        voted.process(row).regions().rows());
                assertAlike(
                        told.process(row).modules().rows(),
                        voted.process(row).modules().rows());
            });
            assertThat(told.threads().rows()).isNotEmpty();
            // As memflow symbols and memflow struct ask.
            assertThat(told.symbols().address("PspCidTable")).isPresent();
            assertThat(told.types().reference("_EPROCESS")).isPresent();
            assertThat(told.types().member("_EPROCESS", "ActiveProcessLinks.Flink"))
                    .isPresent();
        }
    }

    /** A table of ids that only symbols lead to is one more source of a row. */
    private static void assertAlike(List<?> told, List<?> voted) {
        assertThat(told)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("provenance")
                .isEqualTo(voted);
    }

    @Test
    void threadsAndRegionsOfASyntheticWindows11With24H2AreListedWithItsSymbolFile() throws IOException {
        PublishedKernel row = PublishedKernels.all().getLast();
        assertThat(row.label()).isEqualTo("11 24H2");
        Path pdb = directory.resolve("ntkrnlmp.pdb");
        try (SyntheticWindows machine = machine(row)) {
            Files.write(pdb, SyntheticPdb.of(machine));
            OperatingSystem system = new WindowsProvider()
                    .open(machine.memory(), new PluginArguments(Optional.empty(), Map.of("symbols", pdb.toString())));
            assertThat(system.threads().rows())
                    .hasSize(machine.processes().stream()
                            .mapToInt(one -> one.threads().size())
                            .sum());
            assertThat(system.processes().rows().stream()
                            .mapToInt(
                                    one -> system.process(one).regions().rows().size())
                            .sum())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSymbolFileOfAnotherSyntheticKernelIsRefusedWithBothNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            SyntheticWindows.SymbolFile own = machine.pdb();
            String other = "00000000-0000-0000-0000-00000000000A";
            assertThatThrownBy(() -> WindowsDiscovery.discover(
                            machine.memory(), Hints.NONE, file(SyntheticPdb.of(machine, other, own.age()))))
                    .isInstanceOf(DiscoveryException.class)
                    .hasMessageContaining(other)
                    .hasMessageContaining(own.guid());
            assertThatThrownBy(() -> WindowsDiscovery.discover(
                            machine.memory(), Hints.NONE, file(SyntheticPdb.of(machine, own.guid(), own.age() + 1))))
                    .isInstanceOf(DiscoveryException.class)
                    .hasMessageContaining("age " + (own.age() + 1))
                    .hasMessageContaining("age " + own.age());
        }
    }

    @Test
    void withoutTheDebugDirectoryOfASyntheticKernelTheSectionsTellWhetherASymbolFileIsItsOwn() {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build();
                SyntheticWindows other = TestedBuild.SERVER_2003_X64.builder().build()) {
            byte[] own = SyntheticPdb.of(machine);
            byte[] others = SyntheticPdb.of(other);
            long base = machine.kernel().image().base();
            long header = base + machine.kernel().memory().readInt(base + 0x3C);
            // The seventh data directory of a 64-bit image.
            machine.kernel().memory().writeLong(header + 24 + 112 + 6 * 8, 0);
            DiscoveredWindows found = WindowsDiscovery.discover(machine.memory(), Hints.NONE, file(own));
            assertThat(found.steps())
                    .filteredOn(step -> step.name().equals("symbol file"))
                    .singleElement()
                    .satisfies(step -> assertThat(step.confidence()).isEqualTo(Confidence.LIKELY));
            assertThatThrownBy(() -> WindowsDiscovery.discover(machine.memory(), Hints.NONE, file(others)))
                    .isInstanceOf(DiscoveryException.class)
                    .hasMessageContaining("other sections");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEVEN_X86", "TEN_X64"})
    void aDamagedSymbolFileOfASyntheticKernelEndsInAKernelOrInOurOwnExceptions(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            byte[] good = SyntheticPdb.of(machine);
            Corruption.truncate(good, 0, 12, 3, bytes -> discover(machine, bytes));
            Corruption.mutate(good, 40, 17, bytes -> discover(machine, bytes));
        }
    }

    private static void discover(SyntheticWindows machine, MemorySegment bytes) {
        SymbolFile damaged = new SymbolFile("damaged.pdb", PdbFile.parse(bytes));
        DiscoveredWindows found = WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.of(damaged));
        assertThat(found.kernel().image()).isEqualTo(machine.kernel().image());
    }

    @Test
    void anotherReaderReadsTheSymbolFileOfASyntheticKernel() throws IOException {
        try (SyntheticWindows machine = TestedBuild.TEN_X64.builder().build()) {
            Path pdb = Files.write(directory.resolve("ntkrnlmp.pdb"), SyntheticPdb.of(machine));
            assertThat(OtherProgram.LLVM_PDBUTIL.run(List.of("dump", "--types", "--publics", pdb.toString())))
                    .contains("`_EPROCESS`")
                    .contains("name = `ActiveProcessLinks`")
                    .contains("offset = 1096")
                    .contains("`PsActiveProcessHead`");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherReaderReadsTheSymbolFileOfASyntheticKernelAsWeDo(TestedBuild build) throws IOException {
        try (SyntheticWindows machine = build.builder().build()) {
            PdbComparison comparison = new PdbComparison();
            comparison.with(Files.write(directory.resolve("ntkrnlmp.pdb"), SyntheticPdb.of(machine)));
            System.out.println("PDB of a synthetic kernel, " + build + ": " + comparison);
        }
    }

    @Test
    void whatIsNoSymbolFileIsRefused() throws IOException {
        Path noPdb = Files.write(directory.resolve("kernel.pdb"), new byte[100]);
        assertThatThrownBy(() -> SymbolFile.open(noPdb))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining(noPdb.toString())
                .hasMessageContaining("PDB 7.0");
        assertThatThrownBy(() -> SymbolFile.open(directory.resolve("none.pdb")))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("there is no file");
        assertThatThrownBy(() -> SymbolFile.open("a\0b")).isInstanceOf(MemflowException.class);
    }
}
