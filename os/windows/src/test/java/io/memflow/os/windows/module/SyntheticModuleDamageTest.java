package io.memflow.os.windows.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.structure.KernelField;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.structure.UserLayout;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.synthetic.SyntheticDriver;
import io.memflow.os.windows.synthetic.SyntheticModule;
import io.memflow.os.windows.synthetic.SyntheticProcess;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Modules are on several lists each, so that a wound of one loses none. */
class SyntheticModuleDamageTest {
    private static SyntheticProcess user(SyntheticWindows machine) {
        return machine.processes().stream()
                .filter(process -> process.modules().size() >= 4 && process.exitTime() == 0)
                .findFirst()
                .orElseThrow();
    }

    private static UserLayout layout(WindowsKernel kernel) {
        return UserLayout.of(PointerWidth.of(kernel.memory().properties()));
    }

    private static List<Long> bases(SyntheticProcess process) {
        return process.modules().stream().map(SyntheticModule::base).toList();
    }

    @ParameterizedTest
    @EnumSource
    void aModuleThatWasTakenOffOneSyntheticListIsFoundAndNamed(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            SyntheticProcess process = user(machine);
            MemoryView memory = machine.kernel().processMemory(process.root());
            UserLayout layout = layout(machine.kernel());
            SyntheticModule hidden = process.modules().get(2);
            unlink(memory, hidden.entryAddress() + layout.entry().loadOrder(), layout.width());
            Listing<ModuleInfo> modules = new LoaderLists(memory, layout).modules(process.peb());
            assertThat(modules.rows()).extracting(ModuleInfo::base).containsExactlyInAnyOrderElementsOf(bases(process));
            assertThat(modules.missing())
                    .singleElement()
                    .satisfies(part -> assertThat(part.why()).startsWith("module " + hidden.name() + " is not on it"));
        }
    }

    private static void unlink(MemoryView memory, long links, PointerWidth width) {
        long next = memory.readPointer(links, width);
        long previous = memory.readPointer(links + width.bytes(), width);
        memory.writePointer(previous, next, width);
        memory.writePointer(next + width.bytes(), previous, width);
    }

    @ParameterizedTest
    @EnumSource
    void aCycleInASyntheticLoaderListEndsAndLosesNothing(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            SyntheticProcess process = user(machine);
            MemoryView memory = machine.kernel().processMemory(process.root());
            UserLayout layout = layout(machine.kernel());
            long third = process.modules().get(2).entryAddress();
            memory.writePointer(third, process.modules().get(0).entryAddress(), layout.width());
            Listing<ModuleInfo> modules = new LoaderLists(memory, layout).modules(process.peb());
            assertThat(modules.rows()).extracting(ModuleInfo::base).containsExactlyInAnyOrderElementsOf(bases(process));
            assertThat(modules.missing()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDriverThatWasCutOffASyntheticListIsFoundByItsImage(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            WindowsKernel kernel = machine.kernel();
            List<SyntheticDriver> drivers = machine.drivers();
            long third = drivers.get(2).entryAddress();
            // Both links of a neighbour: what is between cannot be reached any more.
            kernel.memory().writePointer(third, 0);
            kernel.memory().writePointer(third + kernel.pointerBytes(), 0);
            KernelField base = kernel.field("_LDR_DATA_TABLE_ENTRY", "DllBase");
            assertThat(base.pointer(third)).isEqualTo(drivers.get(2).base());
            Listing<ModuleInfo> modules = new KernelModuleRows(kernel).modules();
            assertThat(modules.rows())
                    .extracting(ModuleInfo::base)
                    .containsAll(drivers.stream().map(SyntheticDriver::base).toList());
            assertThat(modules.missing()).isNotEmpty();
        }
    }
}
