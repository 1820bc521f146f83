package io.memflow.os.windows.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Discovery on machines that are made by the published numbers. They prove agreement with those numbers, not with a real
 * Windows.
 */
class SyntheticDiscoveryTest {
    private static final long SEED = 20261128;

    private static final List<String> LEARNED_STRUCTURES = List.of("_EPROCESS", "_KPROCESS", "_ETHREAD", "_KTHREAD");

    /** What the list of processes shows, without its row in the table. */
    private static final Map<String, Set<String>> PROCESS_LIST = Map.of(
            "_EPROCESS",
            Set.of(
                    "UniqueProcessId",
                    "ActiveProcessLinks",
                    "ImageFileName",
                    "InheritedFromUniqueProcessId",
                    "Peb",
                    "CreateTime",
                    "ExitStatus",
                    "ExitTime",
                    "SeAuditProcessCreationInfo",
                    "Session",
                    "Token",
                    "Protection",
                    "WoW64Process",
                    "ObjectTable",
                    "ThreadListHead"),
            "_KPROCESS",
            Set.of("DirectoryTableBase"));

    static Stream<Arguments> machines() {
        return PublishedKernels.all().stream()
                .flatMap(row -> Stream.of(WindowsArchitecture.values())
                        .filter(architecture -> architecture.table().equals(row.architecture()))
                        .map(architecture -> Arguments.of(row, architecture)));
    }

    private static SyntheticWindows machine(PublishedKernel row, WindowsArchitecture architecture) {
        return SyntheticWindows.builder(row, architecture, SEED).build();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void aSyntheticKernelIsFoundWithEveryMemberOfItsRow(PublishedKernel row, WindowsArchitecture architecture) {
        try (SyntheticWindows machine = machine(row, architecture)) {
            DiscoveredWindows found = WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty());
            assertPlaces(found, machine);
            assertThat(found.offsets().disagreements()).isEmpty();
            TypeTable types = found.kernel().layout().types();
            row.structures()
                    .forEach((structure, published) -> published.offsets().forEach((member, offset) -> {
                        Optional<MemberLocation> place = types.member(structure, member);
                        // Updates share a build number: what differs among them may be unknown, but not wrong.
                        if (place.isPresent() || isOfAllWithItsNumber(row, structure, member)) {
                            assertThat(place.orElseThrow().offset())
                                    .as("%s.%s", structure, member)
                                    .isEqualTo(offset.longValue());
                        }
                    }));
        }
    }

    private static boolean isOfAllWithItsNumber(PublishedKernel row, String structure, String member) {
        return PublishedKernels.all().stream()
                        .filter(other -> other.build() == row.build()
                                && other.architecture().equals(row.architecture()))
                        .map(other -> Optional.ofNullable(other.structures().get(structure))
                                .map(published -> published.offsets().get(member)))
                        .distinct()
                        .count()
                == 1;
    }

    @ParameterizedTest
    @MethodSource("machines")
    void withoutItsRowTheVotingStillFindsTheProcessListOfASyntheticKernel(
            PublishedKernel row, WindowsArchitecture architecture) {
        List<PublishedKernel> others = new ArrayList<>(PublishedKernels.all());
        others.removeIf(kernel -> kernel.build() == row.build());
        try (SyntheticWindows machine = machine(row, architecture)) {
            DiscoveredWindows found = WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty(), others);
            assertPlaces(found, machine);
            TypeTable types = found.kernel().layout().types();
            PROCESS_LIST.forEach((structure, members) -> members.stream()
                    .filter(member -> isPublished(row, structure, member))
                    .forEach(member -> assertThat(types.member(structure, member))
                            .as("%s.%s", structure, member)
                            .isPresent()));
            for (String structure : LEARNED_STRUCTURES) {
                assertNothingInvented(types, structure, row.structures().get(structure));
            }
        }
    }

    private static boolean isPublished(PublishedKernel row, String structure, String member) {
        PublishedStructure published = row.structures().get(structure);
        return published != null && published.offsets().containsKey(member);
    }

    private static void assertNothingInvented(
            TypeTable types, String structure, @Nullable PublishedStructure published) {
        if (published == null) {
            return;
        }
        published.offsets().forEach((member, offset) -> {
            Optional<MemberLocation> found = types.member(structure, member);
            found.ifPresent(place -> assertThat(place.offset())
                    .as("%s.%s by %s", structure, member, types.origin(structure, member))
                    .isEqualTo(offset.longValue()));
        });
    }

    private static void assertPlaces(DiscoveredWindows found, SyntheticWindows machine) {
        assertThat(found.kernel().image()).isEqualTo(machine.kernel().image());
        assertThat(found.kernel().version().build())
                .isEqualTo(machine.kernel().version().build());
        assertThat(found.kernel().memory().root())
                .isEqualTo(machine.kernel().memory().root());
        assertThat(found.kernel().anchors().systemProcess())
                .isEqualTo(machine.kernel().anchors().systemProcess());
        assertThat(found.kernel().anchors().activeProcesses())
                .isEqualTo(machine.kernel().anchors().activeProcesses());
        assertThat(found.kernel().anchors().loadedModules())
                .isEqualTo(machine.kernel().anchors().loadedModules());
    }

    private static PublishedKernel row(String label) {
        return PublishedKernels.all().stream()
                .filter(kernel -> kernel.toString().equals(label))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheUserSaysOfASyntheticMachineIsCheckedAndNotIgnored() {
        try (SyntheticWindows machine = machine(row("10 19041 x64"), WindowsArchitecture.X64)) {
            long dtb = machine.kernel().memory().root();
            long inside = machine.kernel().image().base() + 0x1234;
            Hints right =
                    new Hints(OptionalLong.of(dtb), OptionalLong.of(inside), Optional.of(WindowsArchitecture.X64));
            assertPlaces(WindowsDiscovery.discover(machine.memory(), right, Optional.empty()), machine);
            for (Hints wrong : List.of(
                    new Hints(OptionalLong.of(dtb + 0x1000), OptionalLong.empty(), Optional.empty()),
                    new Hints(OptionalLong.empty(), OptionalLong.of(inside - (64 << 20)), Optional.empty()),
                    new Hints(OptionalLong.empty(), OptionalLong.empty(), Optional.of(WindowsArchitecture.X86)))) {
                assertThatThrownBy(() -> WindowsDiscovery.discover(machine.memory(), wrong, Optional.empty()))
                        .isInstanceOf(MemflowException.class);
            }
        }
    }

    @Test
    void malformedHintsAreRefused() {
        assertThatThrownBy(() -> Hints.parse(Optional.of("0xzz"), Optional.empty(), Optional.empty()))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.ARG_VALIDATION))
                .hasMessageContaining("dtb")
                .hasMessageContaining("0xzz");
        assertThatThrownBy(() -> Hints.parse(Optional.empty(), Optional.empty(), Optional.of("sparc")))
                .hasMessageContaining("sparc");
        assertThat(Hints.parse(Optional.of("0x1a_d000"), Optional.of("fffff80000000000"), Optional.of("x86_pae")))
                .isEqualTo(new Hints(
                        OptionalLong.of(0x1ad000),
                        OptionalLong.of(0xFFFF_F800_0000_0000L),
                        Optional.of(WindowsArchitecture.X86_PAE)));
    }
}
