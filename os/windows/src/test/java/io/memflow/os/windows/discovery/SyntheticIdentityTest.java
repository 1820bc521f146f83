package io.memflow.os.windows.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.offset.Decision;
import io.memflow.os.windows.offset.Match;
import io.memflow.os.windows.offset.Voter;
import io.memflow.os.windows.structure.KernelIdentities;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Synthetic kernels that name a symbol file whose GUID and age are published. */
class SyntheticIdentityTest {
    private static PublishedKernel row(String name) {
        return PublishedKernels.all().stream()
                .filter(kernel -> kernel.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The same structures in a kernel of another number. */
    private static PublishedKernel numbered(PublishedKernel row, int build) {
        return new PublishedKernel(row.architecture(), build, row.label(), row.structures());
    }

    private static SyntheticWindows machine(PublishedKernel row, String guid, int age) {
        WindowsArchitecture architecture =
                row.architecture().equals("x64") ? WindowsArchitecture.X64 : WindowsArchitecture.X86_PAE;
        return SyntheticWindows.builder(row, architecture, 3)
                .symbolFile(new SyntheticWindows.SymbolFile("ntkrnlmp.pdb", guid, age))
                .build();
    }

    private static DiscoveredWindows discover(SyntheticWindows machine) {
        return WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty());
    }

    private static String finding(DiscoveredWindows found, String name) {
        return found.steps().stream()
                .filter(step -> step.name().equals(name))
                .map(DiscoveryStep::finding)
                .findFirst()
                .orElseThrow();
    }

    private static void assertEveryMember(DiscoveredWindows found, PublishedKernel row) {
        TypeTable types = found.kernel().layout().types();
        row.structures()
                .forEach((structure, published) -> published
                        .offsets()
                        .forEach((member, offset) -> assertThat(types.member(structure, member)
                                        .orElseThrow()
                                        .offset())
                                .as("%s.%s", structure, member)
                                .isEqualTo(offset.longValue())));
    }

    @ParameterizedTest
    @CsvSource({
        "XP SP2 x86, 7DE39A3E-89DA-4B37-8B95-A09FA3A6398C, 2",
        "2003 SP1 x86, 4106003F-F97D-4BCB-A992-45BF2172A8C1, 2",
        "2003 SP2 x64, 82DCF67A-3827-4C9C-A99B-60B421D2786D, 2",
        "7 SP1 x64, 3844DBB9-2017-4967-BE7A-A4A2C20430FA, 2",
        "7 SP1 x86, 684DA42A-30CC-450F-81C5-35B4D18944B1, 2",
        "8.1 x64, A9BBA3C1-3972-4A73-8BE1-7665DB4393CA, 1",
        "8.1 Update 1 x64, 6066913D-FBAD-4EF6-B754-E136C12BECA3, 1",
        "10 10240 RTM x64, C68EE22F-DCF6-4778-95C5-4A862BE16567, 1",
        "10 10240 x86, 1EFDB25B-5F59-4442-A02A-7904112CD771, 1",
        "10 19041 x64, 1C9875F7-6C8F-0FBF-3EB9-A9D7C1C27406, 1",
        "11 21H2 x64, 55678BC3-84F0-99B6-ED05-E9E39046924A, 1"
    })
    void aSyntheticKernelOfAKnownSymbolFileHasTheStructuresOfItsRow(String name, String guid, int age) {
        PublishedKernel row = row(name);
        try (SyntheticWindows machine = machine(row, guid, age)) {
            DiscoveredWindows found = discover(machine);
            assertThat(found.offsets().match()).isEqualTo(Match.IDENTITY);
            assertThat(found.offsets().types().kernel()).isEqualTo(row);
            assertThat(found.offsets().disagreements()).isEmpty();
            assertEveryMember(found, row);
            assertThat(finding(found, "PDB identity")).contains(guid).contains(name);
            assertThat(finding(found, "offsets")).contains("by the GUID and age of its symbol file");
            assertThat(found.steps())
                    .filteredOn(step -> step.name().equals("offsets"))
                    .allMatch(step -> step.confidence() == Confidence.CONFIRMED);
        }
    }

    /** Their types are published under the first digits of the GUID only. */
    @ParameterizedTest
    @CsvSource({
        "7 SP1 23418 x64, 632B36E0-0000-0000-0000-000000000001",
        "7 SP1 23418 x86, BBA98F40-0000-0000-0000-000000000001",
        "8.1 18340 x64, 54B5A1C6-0000-0000-0000-000000000001",
        "10 10586 x64, 1AC738FB-0000-0000-0000-000000000001"
    })
    void theFirstDigitsOfAGuidCountWithTheBuildNumberOnly(String name, String guid) {
        PublishedKernel row = row(name);
        try (SyntheticWindows machine = machine(row, guid, 1)) {
            DiscoveredWindows found = discover(machine);
            assertThat(found.offsets().match()).isEqualTo(Match.IDENTITY);
            assertEveryMember(found, row);
        }
        List<PublishedKernel> all = PublishedKernels.all().stream()
                .filter(kernel -> kernel.architecture().equals(row.architecture()))
                .toList();
        assertThat(KernelIdentities.find(guid, 1, row.build(), all)).contains(row);
        assertThat(KernelIdentities.find(guid, 1, row.build() + 1, all)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10 19041 x64, 19040, 1C9875F7-6C8F-0FBF-3EB9-A9D7C1C27406, 1",
        "10 17763 x64, 17777, 46374829-64E3-14C9-DD66-7ACD603B043F, 1",
        "Vista SP2 x64, 6001, AAFD50F8-1F4A-41F3-A99C-ECBB18945C1F, 2",
        "7 SP1 x86, 7650, 684DA42A-30CC-450F-81C5-35B4D18944B1, 2"
    })
    void aSyntheticKernelOfAKnownSymbolFileFindsItsRowWithABuildNumberOffTheTable(
            String name, int build, String guid, int age) {
        PublishedKernel row = row(name);
        try (SyntheticWindows machine = machine(numbered(row, build), guid, age)) {
            DiscoveredWindows found = discover(machine);
            assertThat(found.kernel().version().build()).isEqualTo(build);
            assertThat(found.offsets().match()).isEqualTo(Match.IDENTITY);
            assertThat(found.offsets().disagreements()).isEmpty();
            assertEveryMember(found, row);
            Decision decision =
                    Objects.requireNonNull(found.offsets().types().decisions().get("_EPROCESS.VadRoot"));
            assertThat(decision.votes()).anyMatch(vote -> vote.voter() == Voter.IDENTIFIED);
        }
        try (SyntheticWindows machine = machine(numbered(row, build), guid, age + 1)) {
            assertThat(discover(machine).offsets().match()).isEqualTo(Match.NEAREST);
        }
    }

    /** Whoever writes memory can write a GUID into it. */
    @Test
    void aKnownSymbolFileDoesNotOutvoteTheCodeAndStructuresOfASyntheticKernel() {
        try (SyntheticWindows machine = machine(row("10 19041 x64"), "3844DBB9-2017-4967-BE7A-A4A2C20430FA", 2)) {
            DiscoveredWindows found = discover(machine);
            assertThat(found.offsets().match()).isEqualTo(Match.BUILD);
            assertThat(finding(found, "PDB identity")).contains("7 SP1 x64").contains("not used");
            Map<String, Long> members = new HashMap<>();
            for (String member : List.of("UniqueProcessId", "ActiveProcessLinks", "ImageFileName", "Peb")) {
                members.put(member, found.kernel().layout().offset("_EPROCESS", member));
            }
            assertThat(members)
                    .containsEntry("UniqueProcessId", 0x440L)
                    .containsEntry("ActiveProcessLinks", 0x448L)
                    .containsEntry("ImageFileName", 0x5A8L)
                    .containsEntry("Peb", 0x550L);
        }
    }

    @Test
    void everyIdentityLeadsToAPublishedKernel() {
        assertThat(KernelIdentities.all())
                .isNotEmpty()
                .allSatisfy(identity -> assertThat(PublishedKernels.all()).anyMatch(identity::isOf));
    }
}
