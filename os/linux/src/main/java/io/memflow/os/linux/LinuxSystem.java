package io.memflow.os.linux;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.BpfMapInfo;
import io.memflow.core.os.BpfProgramInfo;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.Row;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.structure.WhenKnown;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.linux.check.KernelChecks;
import io.memflow.os.linux.discovery.DiscoveredKernel;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.module.KernelModules;
import io.memflow.os.linux.module.KernelSymbols;
import io.memflow.os.linux.module.Modules;
import io.memflow.os.linux.page.PageReaders;
import io.memflow.os.linux.region.RegionRows;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.task.ProcessRows;
import io.memflow.os.linux.task.UserStrings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Linux machine. Thread-safe. */
final class LinuxSystem implements OperatingSystem {
    private final PhysicalMemory physical;
    private final DiscoveredKernel discovered;
    private final Kernel kernel;
    private final WhenKnown<UserStrings> strings;
    private final WhenKnown<RegionRows> regions;
    private final WhenKnown<ProcessRows> processes;
    private final WhenKnown<Modules> modules;
    private final KernelModules kernelModules;
    private final LinuxLists others;
    private final PageReaders pages;

    LinuxSystem(PhysicalMemory physical, DiscoveredKernel discovered) {
        this.physical = physical;
        this.discovered = discovered;
        kernel = discovered.kernel();
        WhenKnown<PathReader> paths = new WhenKnown<>(() -> new PathReader(kernel));
        strings = new WhenKnown<>(() -> new UserStrings(kernel));
        regions = new WhenKnown<>(() -> new RegionRows(kernel, paths.get()));
        processes = new WhenKnown<>(() -> new ProcessRows(kernel, paths, strings));
        modules = new WhenKnown<>(() -> new Modules(kernel));
        kernelModules = new KernelModules(kernel, modules);
        others = new LinuxLists(kernel, paths, processes);
        pages = new PageReaders(kernel, paths);
    }

    /** Symbols that are damaged may have led to rows. */
    private <T extends Row> Listing<T> withDefects(Listing<T> list) {
        List<String> defects = kernel.symbols().defects();
        if (defects.isEmpty()) {
            return list;
        }
        List<MissingPart> missing = new ArrayList<>(list.missing());
        defects.forEach(defect -> missing.add(new MissingPart("kernel symbols", defect)));
        return new Listing<>(list.rows(), missing);
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
    public List<DiscoveryStep> checks() {
        return new KernelChecks(kernel, processes(), this::bootTime).run();
    }

    private Optional<Instant> bootTime() {
        return processes.get().bootTime();
    }

    @Override
    public Optional<PhysicalMemory> physicalMemory() {
        return Optional.of(physical);
    }

    @Override
    public MemoryView kernelMemory() {
        return kernel.memory();
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return withDefects(processes.list("processes", ProcessRows::processes));
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return withDefects(processes.list("threads", ProcessRows::threads));
    }

    @Override
    public Listing<HandleInfo> handles() {
        return withDefects(others.handles());
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return withDefects(others.places());
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return withDefects(others.sockets());
    }

    @Override
    public Listing<MountInfo> mounts() {
        return withDefects(others.mounts());
    }

    @Override
    public Listing<LogRecord> log() {
        return withDefects(others.log());
    }

    @Override
    public Listing<ProcessDetails> details() {
        return withDefects(others.details());
    }

    @Override
    public Listing<InterfaceInfo> interfaces() {
        return withDefects(others.interfaces());
    }

    @Override
    public Listing<MachineFacts> machine() {
        return withDefects(others.machine());
    }

    @Override
    public Listing<BpfProgramInfo> bpfPrograms() {
        return withDefects(others.bpfPrograms());
    }

    @Override
    public Listing<BpfMapInfo> bpfMaps() {
        return withDefects(others.bpfMaps());
    }

    @Override
    public Listing<InputDeviceInfo> inputDevices() {
        return withDefects(others.inputDevices());
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return withDefects(modules.list("modules", Modules::modules));
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return withDefects(kernelModules.details());
    }

    @Override
    public Optional<TargetModule> module(String name) {
        return kernelModules.module(name);
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
        return processes.get().process(pid).map(this::process);
    }

    @Override
    public TargetProcess process(ProcessInfo row) {
        return new LinuxProcess(row, kernel, processes.get(), strings, regions, others, pages);
    }

    @Override
    public void close() {
        physical.close();
    }
}
