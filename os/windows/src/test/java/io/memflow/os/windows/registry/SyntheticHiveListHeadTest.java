package io.memflow.os.windows.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.symbol.Symbol;
import io.memflow.core.symbol.SymbolList;
import io.memflow.formats.synthetic.HiveBuilder;
import io.memflow.os.windows.structure.WindowsArchitecture;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of hives in synthetic memory, with a symbol that says where its head is. */
class SyntheticHiveListHeadTest {
    /** Where synthetic kernels of this package have it, and three places where they have not. */
    @ParameterizedTest
    @ValueSource(longs = {0x2340, 0x2348, 0, 0x7FFF_0000})
    void aSymbolOfTheHeadIsHeldAgainstWhatIsThere(long place) {
        HiveMachine machine = new HiveMachine(WindowsArchitecture.X64, 19041);
        machine.add(new HiveBuilder(), "\\??\\C:\\WINDOWS\\system32\\config\\system", "\\REGISTRY\\MACHINE\\SYSTEM");
        machine.add(new HiveBuilder(), "\\??\\C:\\WINDOWS\\system32\\config\\sam", "\\REGISTRY\\MACHINE\\SAM");
        machine.link(HiveMachine.Head.PRESENT);
        WindowsKernel kernel = machine.kernel();
        long named = kernel.image().base() + place;
        WindowsKernel told = new WindowsKernel(
                kernel.architecture(),
                kernel.version(),
                kernel.memory(),
                SymbolList.of(List.of(new Symbol("CmpHiveListHead", named, 'D', ""))),
                kernel.layout(),
                kernel.image(),
                kernel.anchors());
        assertThat(new WindowsRegistry(told).hives().rows())
                .isEqualTo(new WindowsRegistry(kernel).hives().rows())
                .hasSize(2);
    }
}
