package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.MachineChoice;
import io.memflow.connector.qemu.host.QemuCommandLine;
import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.host.layout.Processor;
import io.memflow.host.process.ProcFs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The QEMUs that run now, and which of them a target names. Immutable. */
record RunningMachines(List<QemuProcess> processes) {
    static RunningMachines of(ProcFs procFs) {
        return new RunningMachines(QemuProcess.all(procFs));
    }

    /** Whether a target is the process id or name of at least one. */
    boolean isOne(String target) {
        return !choice().named(target).isEmpty();
    }

    /**
     * The machine that is meant.
     *
     * @param target process id or name; without one there must be one machine only
     * @throws io.memflow.core.error.MemflowException when there is none, or more than one
     */
    QemuProcess find(Optional<String> target) {
        return choice().find(target);
    }

    private MachineChoice<QemuProcess> choice() {
        return new MachineChoice<>(
                processes,
                "here, among the processes this user sees",
                "start the machine, or run as root to see other users' processes");
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
        return process.processor() == Processor.OTHER
                ? "no monitor: not supported for this processor"
                : "no monitor: layout by machine type";
    }
}
