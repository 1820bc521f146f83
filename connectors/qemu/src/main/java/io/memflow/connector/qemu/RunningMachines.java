package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.QemuCommandLine;
import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.host.process.ProcFs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The QEMUs that run now, and which of them a target names. Immutable. */
record RunningMachines(List<QemuProcess> processes) {
    static RunningMachines of(ProcFs procFs) {
        return new RunningMachines(QemuProcess.all(procFs));
    }

    /** Whether a target is the process id or name of at least one. */
    boolean isOne(String target) {
        return !named(target).isEmpty();
    }

    /**
     * The machine that is meant.
     *
     * @param target process id or name; without one there must be one machine only
     * @throws MemflowException when there is none, or more than one
     */
    QemuProcess find(Optional<String> target) {
        List<QemuProcess> found = target.map(this::named).orElse(processes);
        if (found.size() == 1) {
            return found.getFirst();
        }
        String wanted = target.map(name -> "\"" + name + "\"").orElse("the only one");
        if (processes.isEmpty()) {
            throw refusal(
                    "No QEMU is running here (looked for %s among the processes this user sees): start the machine, or run as root to see other users' processes."
                            .formatted(wanted));
        }
        throw refusal(
                found.isEmpty()
                        ? "No running QEMU is %s; running: %s.".formatted(wanted, list(processes))
                        : "%d running QEMUs are %s: name one by its process id: %s."
                                .formatted(found.size(), target.isPresent() ? wanted : "candidates", list(found)));
    }

    /** All of them, for a list. */
    List<AvailableTarget> targets() {
        return processes.stream().map(RunningMachines::describe).toList();
    }

    private static AvailableTarget describe(QemuProcess process) {
        QemuCommandLine line = process.commandLine();
        OptionalLong bytes = line.ramBytes();
        String kind = line.machineType()
                .map(type -> process.emulator() + ", machine " + type)
                .orElseGet(process::emulator);
        return new AvailableTarget(
                Long.toString(process.pid()),
                line.name().orElse(null),
                kind,
                bytes.isPresent() ? bytes.getAsLong() : null,
                reach(process));
    }

    private static String reach(QemuProcess process) {
        List<Path> monitors = process.monitorSockets();
        if (!monitors.isEmpty()) {
            return "monitor " + monitors.getFirst();
        }
        return process.isX86() ? "no monitor: layout by machine type" : "no monitor: not supported for this processor";
    }

    /** A process id comes first: names can be numbers too. */
    private List<QemuProcess> named(String target) {
        List<QemuProcess> byId = processes.stream()
                .filter(process -> Long.toString(process.pid()).equals(target))
                .toList();
        return byId.isEmpty()
                ? processes.stream()
                        .filter(process -> process.commandLine()
                                .name()
                                .filter(target::equals)
                                .isPresent())
                        .toList()
                : byId;
    }

    private static String list(List<QemuProcess> processes) {
        return processes.stream().map(QemuProcess::description).collect(Collectors.joining(", "));
    }

    private static MemflowException refusal(String message) {
        return new MemflowException(ErrorOrigin.CONNECTOR, ErrorKind.TARGET_NOT_FOUND, message);
    }
}
