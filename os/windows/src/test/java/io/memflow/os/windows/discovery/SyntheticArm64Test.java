package io.memflow.os.windows.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.windows.module.KernelModuleRows;
import io.memflow.os.windows.process.ProcessReaders;
import io.memflow.os.windows.process.ProcessRows;
import io.memflow.os.windows.structure.PublishedKernel;
import io.memflow.os.windows.structure.PublishedKernel.PublishedStructure;
import io.memflow.os.windows.structure.PublishedKernels;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * arm64 kernels, of which no offsets are published here: a machine with those of 10 19041 for x86-64, moved as far as the two
 * members are whose places on arm64 are known (ObjectTable 0x528, SectionObject 0x4d0: kphdyn). What is found of it follows
 * from its code and its structures alone.
 */
class SyntheticArm64Test {
    private static final int MOVE = -0x48;
    private static final int FIRST_MOVED = 0x100;
    private static final Set<String> FOUND = Set.of(
            "UniqueProcessId",
            "ActiveProcessLinks",
            "ImageFileName",
            "InheritedFromUniqueProcessId",
            "Peb",
            "CreateTime",
            "ExitStatus",
            "SeAuditProcessCreationInfo",
            "Session",
            "Token",
            "ObjectTable",
            "ThreadListHead");

    private static PublishedKernel row() {
        PublishedKernel wide = PublishedKernels.all().stream()
                .filter(kernel ->
                        kernel.build() == 19041 && kernel.architecture().equals(WindowsArchitecture.X64.table()))
                .findFirst()
                .orElseThrow();
        Map<String, PublishedStructure> structures = new HashMap<>(wide.structures());
        structures.computeIfPresent("_EPROCESS", (_, process) -> {
            Map<String, Integer> moved = new HashMap<>();
            process.offsets()
                    .forEach((member, offset) ->
                            moved.put(member, offset < FIRST_MOVED ? offset : Integer.valueOf(offset + MOVE)));
            return new PublishedStructure(process.size() + MOVE, moved);
        });
        structures.computeIfPresent("_KPROCESS", (_, process) -> {
            Map<String, Integer> kept = new HashMap<>(process.offsets());
            kept.values().removeIf(offset -> offset >= process.size() + MOVE);
            return new PublishedStructure(process.size() + MOVE, kept);
        });
        return new PublishedKernel(WindowsArchitecture.ARM64.table(), 19041, "10 19041 as arm64", structures);
    }

    private static SyntheticWindows machine(int seed) {
        return SyntheticWindows.builder(row(), WindowsArchitecture.ARM64, seed).build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aSyntheticArm64KernelIsFoundWithoutPublishedOffsets(int seed) {
        try (SyntheticWindows machine = machine(seed)) {
            DiscoveredWindows found = WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty());
            assertThat(found.kernel().architecture()).isEqualTo(WindowsArchitecture.ARM64);
            assertThat(found.kernel().image()).isEqualTo(machine.kernel().image());
            assertThat(found.kernel().version().build()).isEqualTo(19041);
            assertThat(found.kernel().memory().root())
                    .isEqualTo(machine.kernel().memory().root());
            assertThat(found.kernel().anchors()).isEqualTo(machine.kernel().anchors());
            TypeTable types = found.kernel().layout().types();
            FOUND.forEach(member ->
                    assertThat(types.member("_EPROCESS", member)).as(member).isPresent());
            Objects.requireNonNull(row().structures().get("_EPROCESS"))
                    .offsets()
                    .forEach((member, offset) -> {
                        Optional<MemberLocation> place = types.member("_EPROCESS", member);
                        place.ifPresent(
                                known -> assertThat(known.offset()).as(member).isEqualTo(offset.longValue()));
                    });
        }
    }

    @Test
    void processesAndDriversOfASyntheticArm64KernelAreListed() {
        try (SyntheticWindows machine = machine(1)) {
            DiscoveredWindows found = WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty());
            Listing<ProcessInfo> rows = new ProcessRows(ProcessReaders.of(found.kernel())).processes();
            assertThat(rows.rows())
                    .extracting(ProcessInfo::address)
                    .containsExactlyInAnyOrderElementsOf(machine.processes().stream()
                            .map(SyntheticProcess::address)
                            .toList());
            for (ProcessInfo row : rows.rows()) {
                SyntheticProcess truth = machine.processes().stream()
                        .filter(process -> Long.valueOf(process.address()).equals(row.address()))
                        .findFirst()
                        .orElseThrow();
                assertThat(row.pid()).isEqualTo((int) truth.id());
                assertThat(row.dtb()).isEqualTo(truth.root());
                assertThat(row.parentPid()).isEqualTo((int) truth.parentId());
            }
            assertThat(new KernelModuleRows(found.kernel()).modules().rows()).hasSameSizeAs(machine.drivers());
        }
    }

    @Test
    void theUserMaySayThatASyntheticMachineIsArm64() {
        try (SyntheticWindows machine = machine(1)) {
            Hints hints = Hints.parse(Optional.empty(), Optional.empty(), Optional.of("arm64"));
            assertThat(WindowsDiscovery.discover(machine.memory(), hints, Optional.empty())
                            .kernel()
                            .image())
                    .isEqualTo(machine.kernel().image());
        }
    }
}
