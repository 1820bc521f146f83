package io.memflow.connector.kvm;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.host.nested.LocalKeys;
import io.memflow.host.process.ProcFs;
import io.memflow.host.ram.RamWay;
import java.util.List;
import java.util.Optional;

/**
 * Reads the memory of a machine that any program runs with KVM: QEMU, Firecracker, Cloud Hypervisor, crosvm, kvmtool or one
 * of its own kind. Such a process is known by its descriptors; its RAM is looked for among its mappings, and where that lies
 * in the machine is confirmed by the guest's page tables, or refused. In place where the RAM is shared, otherwise copied.
 * Behind an operating system in a chain it reads the memory of a machine among that system's processes. Linux hosts only,
 * and Linux inside other targets. Stateless.
 */
public final class KvmConnector implements ConnectorProvider {
    static final String NAME = "kvm";

    private final ProcFs procFs;

    /** For the service loader. */
    public KvmConnector() {
        this(ProcFs.ofThisMachine());
    }

    /** On the processes that a process file system shows. */
    public KvmConnector(ProcFs procFs) {
        this.procFs = procFs;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "machine of any program that uses KVM, by process id or program, on this Linux host or inside another target";
    }

    @Override
    public List<ArgumentDescription> arguments() {
        return List.of(RamWay.DESCRIPTION);
    }

    /** By process id only: a program's name is one for many machines, and for files too. */
    @Override
    public boolean recognises(String target) {
        return target.matches("[0-9]{1,10}")
                && procFs.isMounted()
                && KvmProcess.of(procFs, Long.parseLong(target)).isPresent();
    }

    @Override
    public List<AvailableTarget> targets() {
        return procFs.isMounted() ? KvmProcesses.of(procFs).targets() : List.of();
    }

    @Override
    public PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input) {
        if (input.isPresent()) {
            LocalKeys.refuse(arguments, "a machine", List.of(RamWay.DESCRIPTION.key()));
            return NestedKvm.open(input.get(), arguments.target());
        }
        RamWay way = RamWay.of(arguments);
        return KvmMachine.of(KvmProcesses.of(procFs).find(arguments.target()), way)
                .open();
    }
}
