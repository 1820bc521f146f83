package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.connector.qemu.nested.NestedQemu;
import io.memflow.connector.qemu.write.WriteArgument;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.host.nested.LocalKeys;
import io.memflow.host.process.ProcFs;
import io.memflow.host.ram.RamWay;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads the memory of a running QEMU, in place where its RAM is shared, otherwise copied from the process. The layout of
 * guest-physical memory comes from the machine's own monitor; without one it is derived from the machine's type and then
 * confirmed by the guest's page tables, or refused. Behind an operating system in a chain it reads the memory of a QEMU
 * among that system's processes. Linux hosts only. Stateless.
 */
public final class QemuConnector implements ConnectorProvider {
    static final String NAME = "qemu";

    private static final String MONITOR = "monitor";

    private final ProcFs procFs;

    /** For the service loader. */
    public QemuConnector() {
        this(ProcFs.ofThisMachine());
    }

    QemuConnector(ProcFs procFs) {
        this.procFs = procFs;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "running QEMU, by -name, process id or monitor socket, on this Linux host or inside another target";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of(
                new ArgumentDescription(MONITOR, "path of a Unix socket on which the machine's QMP monitor listens"),
                RamWay.DESCRIPTION,
                WriteArgument.DESCRIPTION);
    }

    @Override
    public boolean recognises(String target) {
        try {
            if (target.isEmpty() || Files.exists(Path.of(target)) || !procFs.isMounted()) {
                return false;
            }
        } catch (InvalidPathException noPathButMaybeAName) {
            return RunningMachines.of(procFs).isOne(target);
        }
        return RunningMachines.of(procFs).isOne(target);
    }

    @Override
    public List<AvailableTarget> targets() {
        return procFs.isMounted() ? RunningMachines.of(procFs).targets() : List.of();
    }

    @Override
    public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
        if (input.isPresent()) {
            LocalKeys.refuse(
                    arguments, "a QEMU", List.of(MONITOR, RamWay.DESCRIPTION.key(), WriteArgument.DESCRIPTION.key()));
            return NestedQemu.open(input.get(), arguments.target());
        }
        RamWay way = RamWay.of(arguments);
        Optional<MonitorTarget> named = MonitorTarget.of(procFs, arguments.target());
        QemuProcess process = named.map(MonitorTarget::process)
                .orElseGet(() -> RunningMachines.of(procFs).find(arguments.target()));
        Optional<String> monitor = arguments.value(MONITOR).or(() -> named.map(MonitorTarget::socket));
        return QemuAttachment.open(process, monitor, way, WriteArgument.access(arguments));
    }
}
