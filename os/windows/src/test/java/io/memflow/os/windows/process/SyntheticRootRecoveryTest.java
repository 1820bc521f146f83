package io.memflow.os.windows.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.Wounds;
import io.memflow.os.windows.discovery.Hints;
import io.memflow.os.windows.discovery.WindowsDiscovery;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A synthetic process that names another's root page table, or none that is one, is read through its own. */
class SyntheticRootRecoveryTest {
    private static final long NO_ROOT = 0x3000;

    @ParameterizedTest
    @EnumSource
    void exchangedAndWrongRootsOfASyntheticMachineAreFoundAgain(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            SyntheticProcess first = machine.process("explorer.exe");
            SyntheticProcess second = machine.process("services.exe");
            SyntheticProcess third = machine.process("smss.exe");
            WindowsKernel kernel = WindowsDiscovery.discover(machine.memory(), Hints.NONE, Optional.empty())
                    .kernel();
            KernelField root = kernel.field("_KPROCESS", "DirectoryTableBase");
            Wounds.redirect(kernel, first.address(), root, second.root());
            Wounds.redirect(kernel, second.address(), root, first.root());
            Wounds.redirect(kernel, third.address(), root, NO_ROOT);
            Listing<ProcessInfo> rows = new ProcessRows(ProcessReaders.of(kernel)).processes();
            for (SyntheticProcess process : List.of(first, second, third)) {
                ProcessInfo row = rows.rows().stream()
                        .filter(one -> one.pid() == process.id())
                        .findFirst()
                        .orElseThrow();
                assertThat(row.dtb()).as(process.name()).isEqualTo(process.root());
                assertThat(row.arguments()).as(process.name()).isNotEmpty();
                assertThat(row.provenance().missing())
                        .extracting(MissingPart::what)
                        .contains("DirectoryTableBase");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theUserMaySayWhichRootASyntheticProcessHas(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            SyntheticProcess explorer = machine.process("explorer.exe");
            AllProcesses all = new AllProcesses(machine.kernel());
            int pid = (int) machine.process("services.exe").id();
            assertThat(all.process(pid)
                            .orElseThrow()
                            .withDtb(explorer.root())
                            .memory()
                            .readPointer(explorer.peb() + imageBase(machine)))
                    .isEqualTo(explorer.modules().getFirst().base());
        }
    }

    private static long imageBase(SyntheticWindows machine) {
        return machine.kernel().pointerBytes() == Long.BYTES ? 0x10 : 0x8;
    }
}
