package io.memflow.os.windows.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.os.windows.TestedMachine;
import io.memflow.os.windows.process.ProcessReaders;
import io.memflow.os.windows.process.ProcessRows;
import io.memflow.os.windows.process.WindowsProcess;
import io.memflow.os.windows.synthetic.SyntheticDriver;
import io.memflow.os.windows.synthetic.SyntheticModule;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules of synthetic machines equal what they were built with. */
class SyntheticModuleRowsTest {
    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticKernelModulesAreListedInOrder(TestedMachine build) {
        try (SyntheticWindows machine = build.builder().build()) {
            Listing<ModuleInfo> modules = new KernelModuleRows(machine.kernel()).modules();
            assertThat(modules.missing()).isEmpty();
            assertThat(modules.rows())
                    .extracting(
                            ModuleInfo::address, ModuleInfo::name, ModuleInfo::path, ModuleInfo::base, ModuleInfo::size)
                    .containsExactlyElementsOf(machine.drivers().stream()
                            .map(SyntheticModuleRowsTest::values)
                            .toList());
        }
    }

    private static org.assertj.core.groups.Tuple values(SyntheticDriver driver) {
        return org.assertj.core.groups.Tuple.tuple(
                driver.entryAddress(), driver.name(), driver.path(), driver.base(), driver.size());
    }

    @ParameterizedTest
    @MethodSource("io.memflow.os.windows.TestedMachine#all")
    void syntheticProcessesHaveTheModulesOfBothTheirLoaders(TestedMachine build) {
        try (SyntheticWindows machine = build.builder().build()) {
            ProcessReaders readers = ProcessReaders.of(machine.kernel());
            ProcessRows rows = new ProcessRows(readers);
            for (SyntheticProcess truth : machine.processes()) {
                if (truth.peb() == 0 || truth.exitTime() != 0) {
                    continue;
                }
                Map<Long, SyntheticModule> expected = new HashMap<>();
                truth.wow64Modules().forEach(module -> expected.put(module.base(), module));
                truth.modules().forEach(module -> expected.put(module.base(), module));
                Listing<ModuleInfo> modules =
                        new WindowsProcess(rows.process((int) truth.id()).orElseThrow(), readers).modules();
                assertThat(modules.missing()).as(truth.name()).isEmpty();
                assertThat(modules.rows())
                        .extracting(ModuleInfo::base)
                        .containsExactlyInAnyOrderElementsOf(expected.keySet());
                for (ModuleInfo module : modules.rows()) {
                    SyntheticModule own = Objects.requireNonNull(expected.get(module.base()));
                    assertThat(module.address()).isEqualTo(own.entryAddress());
                    assertThat(module.name()).isEqualTo(own.name());
                    assertThat(module.path()).isEqualTo(own.path());
                    assertThat(module.size()).isEqualTo(own.size());
                    assertThat(module.provenance().sources())
                            .contains("loader-load-order", "loader-memory-order", "image-region");
                }
            }
        }
    }
}
