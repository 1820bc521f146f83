package io.memflow.connector.qemu.nested;

import io.memflow.connector.qemu.host.Emulator;
import io.memflow.connector.qemu.host.QemuCommandLine;
import io.memflow.connector.qemu.host.QemuInstance;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ProcessInfo;
import java.util.List;
import java.util.Optional;

/**
 * A QEMU among the processes of an operating system. Immutable.
 *
 * @param row its process
 */
record NestedMachine(ProcessInfo row, Emulator emulator, QemuCommandLine commandLine) implements QemuInstance {
    /** All that run in a system, in the order of its list. */
    static List<NestedMachine> all(OperatingSystem system) {
        return system.processes().rows().stream()
                .flatMap(row -> of(row).stream())
                .toList();
    }

    /**
     * The executable decides. Where its path is not in memory, the first argument and then the process' name do, of which
     * the kernel keeps 15 characters.
     */
    private static Optional<NestedMachine> of(ProcessInfo row) {
        if (row.kind() != ProcessInfo.Kind.USER) {
            return Optional.empty();
        }
        String first = row.arguments().isEmpty() ? row.name() : row.arguments().getFirst();
        String executable = row.path() == null ? first : row.path();
        return Optional.ofNullable(executable)
                .flatMap(Emulator::ofExecutable)
                .map(emulator -> new NestedMachine(row, emulator, QemuCommandLine.parse(row.arguments())));
    }

    @Override
    public long pid() {
        return row.pid();
    }
}
