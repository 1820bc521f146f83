package io.memflow.lab;

import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.TargetProcess;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What a program finds out that knows nothing but the contract of operating systems.
 *
 * @param process the row of the process
 * @param modules names of its modules
 * @param main its main module: that of its executable, or else the one with its name, or else the first
 * @param header the first bytes of the main module, in hexadecimal
 */
record MainModule(ProcessInfo process, List<String> modules, ModuleInfo main, String header) {
    static final int HEADER_BYTES = 16;

    static MainModule of(OperatingSystem system, int pid) {
        ProcessInfo row = system.processes().rows().stream()
                .filter(process -> process.pid() == pid)
                .findFirst()
                .orElseThrow();
        TargetProcess process = system.process(row);
        List<ModuleInfo> modules = process.modules().rows();
        ModuleInfo main = modules.stream()
                .filter(module -> row.path() != null && Objects.equals(module.path(), row.path()))
                .findFirst()
                .or(() -> modules.stream()
                        .filter(module -> module.name().equals(row.name()))
                        .findFirst())
                .orElseGet(modules::getFirst);
        String header =
                HexFormat.of().formatHex(process.memory().readBytes(Objects.requireNonNull(main.base()), HEADER_BYTES));
        return new MainModule(row, modules.stream().map(ModuleInfo::name).toList(), main, header);
    }
}
