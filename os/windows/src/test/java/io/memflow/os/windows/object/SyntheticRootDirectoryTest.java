package io.memflow.os.windows.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.SymbolList;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.structure.Anchors;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.synthetic.SyntheticDriverObject;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The topmost directory of a synthetic machine is found by each of the ways alone. */
class SyntheticRootDirectoryTest {
    private static final SymbolTable NONE = SymbolList.of(List.of());

    private static WindowsKernel kernel(SyntheticWindows machine, SymbolTable symbols, long rootDirectory) {
        WindowsKernel kernel = machine.kernel();
        Anchors anchors = kernel.anchors();
        return new WindowsKernel(
                kernel.architecture(),
                kernel.version(),
                kernel.memory(),
                symbols,
                kernel.layout(),
                kernel.image(),
                new Anchors(
                        anchors.systemProcess(),
                        anchors.activeProcesses(),
                        anchors.loadedModules(),
                        anchors.cidTable(),
                        rootDirectory,
                        anchors.debuggerData()));
    }

    @ParameterizedTest
    @EnumSource
    void discoveryTellsIt(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            assertFound(machine, kernel(machine, NONE, machine.objects().root()), List.of());
        }
    }

    @ParameterizedTest
    @EnumSource
    void exportedTypesLeadUpToIt(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            assertFound(machine, kernel(machine, machine.kernel().symbols(), 0), List.of());
        }
    }

    @ParameterizedTest
    @EnumSource
    void driversLeadUpToIt(TestedBuild build) {
        try (SyntheticWindows machine = build.builder().build()) {
            List<Long> drivers = machine.objects().drivers().stream()
                    .map(SyntheticDriverObject::address)
                    .toList();
            WindowsKernel kernel = kernel(machine, NONE, 0);
            assertFound(machine, kernel, drivers);
            assertThat(RootDirectory.find(kernel, new ObjectHeaders(kernel), List.of()))
                    .isEmpty();
        }
    }

    private static void assertFound(SyntheticWindows machine, WindowsKernel kernel, List<Long> named) {
        assertThat(RootDirectory.find(kernel, new ObjectHeaders(kernel), named))
                .hasValue(machine.objects().root());
    }
}
