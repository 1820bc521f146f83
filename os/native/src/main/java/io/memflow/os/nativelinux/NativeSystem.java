package io.memflow.os.nativelinux;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
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
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.TargetModule;
import io.memflow.core.os.TargetProcess;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.os.nativelinux.kernel.InputRows;
import io.memflow.os.nativelinux.kernel.KernelNames;
import io.memflow.os.nativelinux.kernel.KernelPlace;
import io.memflow.os.nativelinux.kernel.LogRows;
import io.memflow.os.nativelinux.kernel.MachineRows;
import io.memflow.os.nativelinux.kernel.ModuleRows;
import io.memflow.os.nativelinux.kernel.NativeModule;
import io.memflow.os.nativelinux.memory.Writes;
import io.memflow.os.nativelinux.proc.Roots;
import io.memflow.os.nativelinux.socket.InterfaceRows;
import io.memflow.os.nativelinux.socket.SocketRows;
import io.memflow.os.nativelinux.task.ProcessRows;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** This machine's own system. Holds nothing open. Thread-safe. */
final class NativeSystem implements OperatingSystem {
    private static final String BPF = "the kernel shows them through bpf(2) only, which this layer does not call";

    private final Roots roots;
    private final Writes writes;
    private final ProcessRows processes;
    private final AllProcesses all;
    /** Made when it is asked for, since most lists do without. */
    private volatile @Nullable OsInfo info;

    NativeSystem(Roots roots, Writes writes) {
        this.roots = roots;
        this.writes = writes;
        processes = new ProcessRows(roots);
        all = new AllProcesses(processes, row -> new NativeProcess(row, roots, writes));
    }

    @Override
    public OsInfo info() {
        OsInfo known = info;
        if (known == null) {
            known = new KernelPlace(roots).info();
            info = known;
        }
        return known;
    }

    @Override
    public List<DiscoveryStep> discovery() {
        return NativeDiscovery.steps(roots, info());
    }

    @Override
    public Optional<PhysicalMemory> physicalMemory() {
        return Optional.empty();
    }

    @Override
    public MemoryView kernelMemory() {
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_SUPPORTED,
                "The memory of the kernel that this program runs on cannot be read through this layer; read memory of"
                        + " processes, or look at the machine from outside.");
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
        return all.list("open files", TargetProcess::handles);
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return all.list("current directories", TargetProcess::places);
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return new SocketRows(roots).sockets();
    }

    @Override
    public Listing<MountInfo> mounts() {
        return new AllMounts(roots, processes).mounts();
    }

    @Override
    public Listing<LogRecord> log() {
        return new LogRows(roots).log();
    }

    @Override
    public Listing<ProcessDetails> details() {
        return all.list("namespaces and capabilities", TargetProcess::details);
    }

    @Override
    public Listing<InterfaceInfo> interfaces() {
        return new InterfaceRows(roots).interfaces();
    }

    @Override
    public Listing<MachineFacts> machine() {
        return new MachineRows(roots, processes::bootTime).machine();
    }

    @Override
    public Listing<BpfProgramInfo> bpfPrograms() {
        return Listing.absent("BPF programs", BPF);
    }

    @Override
    public Listing<BpfMapInfo> bpfMaps() {
        return Listing.absent("BPF maps", BPF);
    }

    @Override
    public Listing<InputDeviceInfo> inputDevices() {
        return new InputRows(roots).devices();
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return new ModuleRows(roots).modules();
    }

    @Override
    public Listing<ModuleDetails> moduleDetails() {
        return new ModuleRows(roots).details();
    }

    @Override
    public Optional<TargetModule> module(String name) {
        ModuleRows rows = new ModuleRows(roots);
        return rows.modules().rows().stream()
                .filter(row -> name.equals(row.name()) || isAt(row, name))
                .findFirst()
                .map(row -> new NativeModule(row, rows));
    }

    private static boolean isAt(ModuleInfo row, String name) {
        Long base = row.base();
        return base != null && name.equals(Address.format(base));
    }

    @Override
    public SymbolTable symbols() {
        return new KernelNames(roots).symbols();
    }

    @Override
    public TypeTable types() {
        return new KernelNames(roots).types();
    }

    @Override
    public Optional<TargetProcess> process(int pid) {
        return processes.process(pid).map(row -> new NativeProcess(row, roots, writes));
    }

    /**
     * {@inheritDoc}
     *
     * <p>A later process that was given the same id is told apart by when it started.
     */
    @Override
    public TargetProcess process(ProcessInfo row) {
        NativeProcess process = new NativeProcess(row, roots, writes);
        if (!process.isRunning()) {
            throw process.ended();
        }
        return process;
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
