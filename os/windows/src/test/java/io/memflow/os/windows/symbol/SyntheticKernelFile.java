package io.memflow.os.windows.symbol;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.os.windows.WindowsProvider;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.util.Map;
import java.util.Optional;

/** The symbol file that a synthetic kernel names, and what became of looking for it. Stateless. */
final class SyntheticKernelFile {
    private SyntheticKernelFile() {}

    static PdbIdentity identity(SyntheticWindows machine) {
        return new PdbIdentity(
                machine.pdb().name(), machine.pdb().guid(), machine.pdb().age());
    }

    /** What is said of the symbol file when the machine is opened, which shows all of its processes with or without one. */
    static DiscoveryStep step(SyntheticWindows machine, Map<String, String> arguments) {
        OperatingSystem system =
                new WindowsProvider().open(machine.memory(), new PluginArguments(Optional.empty(), arguments));
        assertThat(system.processes().rows()).hasSize(machine.processes().size());
        return system.discovery().stream()
                .filter(step -> step.name().equals(SymbolSource.STEP))
                .findFirst()
                .orElseThrow();
    }
}
