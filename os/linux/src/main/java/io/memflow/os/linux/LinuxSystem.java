package io.memflow.os.linux;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.linux.discovery.DiscoveredKernel;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.module.KernelSymbols;
import io.memflow.os.linux.module.Modules;
import io.memflow.os.linux.region.RegionRows;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.task.ProcessRows;
import io.memflow.os.linux.task.UserStrings;
import java.util.List;
import java.util.Optional;

/** A Linux machine. Thread-safe. */
final class LinuxSystem implements OperatingSystem {
    private final PhysicalMemory physical;
    private final DiscoveredKernel discovered;
    private final Kernel kernel;
    private final PathReader paths;
    private final UserStrings strings;
    private final ProcessRows processes;
    private final LinuxLists lists;

    LinuxSystem(PhysicalMemory physical, DiscoveredKernel discovered) {
        this.physical = physical;
        this.discovered = discovered;
        this.kernel = discovered.kernel();
        paths = new PathReader(kernel);
        strings = new UserStrings(kernel);
        processes = new ProcessRows(kernel, paths, strings);
        lists = new LinuxLists(kernel, paths, processes);
    }

    @Override
    public OsInfo info() {
        return discovered.info();
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return discovered.steps();
    }

    @Override
    public PhysicalMemory physicalMemory() {
        return physical;
    }

    @Override
    public MemoryView kernelMemory() {
        return kernel.memory();
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return processes.processes();
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return processes.threads();
    }

    @Override
    public Listing<HandleInfo> handles() {
        return lists.handles();
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return lists.places();
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return lists.sockets();
    }

    @Override
    public Listing<MountInfo> mounts() {
        return lists.mounts();
    }

    @Override
    public Listing<LogRecord> log() {
        return lists.log();
    }

    @Override
    public Listing<ProcessDetails> details() {
        return lists.details();
    }

    @Override
    public Listing<InterfaceInfo> interfaces() {
        return lists.interfaces();
    }

    @Override
    public Listing<MachineFacts> machine() {
        return lists.machine();
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return new Modules(kernel).modules();
    }

    @Override
    public SymbolTable symbols() {
        return new KernelSymbols(kernel);
    }

    @Override
    public TypeTable types() {
        return kernel.layout().types();
    }

    @Override
    public Optional<TargetProcess> process(int pid) {
        return processes
                .process(pid)
                .map(info -> new LinuxProcess(info, kernel, processes, strings, new RegionRows(kernel, paths), lists));
    }

    @Override
    public void close() {
        physical.close();
    }
}
