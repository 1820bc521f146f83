package io.memflow.os.linux;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.OsInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.Row;
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
import io.memflow.os.linux.structure.WhenKnown;
import io.memflow.os.linux.task.ProcessRows;
import io.memflow.os.linux.task.UserStrings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A Linux machine. Thread-safe. */
final class LinuxSystem implements OperatingSystem {
    private final PhysicalMemory physical;
    private final DiscoveredKernel discovered;
    private final Kernel kernel;
    /** Made when first asked for: where a member's place is not known, only the lists that need it are missing. */
    private @Nullable Lists lists;

    LinuxSystem(PhysicalMemory physical, DiscoveredKernel discovered) {
        this.physical = physical;
        this.discovered = discovered;
        this.kernel = discovered.kernel();
    }

    private record Lists(
            WhenKnown<PathReader> paths, WhenKnown<UserStrings> strings, ProcessRows processes, LinuxLists others) {
        static Lists of(Kernel kernel) {
            WhenKnown<PathReader> paths = WhenKnown.of(() -> new PathReader(kernel));
            WhenKnown<UserStrings> strings = WhenKnown.of(() -> new UserStrings(kernel));
            ProcessRows processes = new ProcessRows(kernel, paths, strings);
            return new Lists(paths, strings, processes, new LinuxLists(kernel, paths, processes));
        }
    }

    private synchronized Lists lists() {
        Lists known = lists;
        if (known == null) {
            known = Lists.of(kernel);
            lists = known;
        }
        return known;
    }

    /** A list that needs a member whose place is not known is empty, and says which. */
    private <T extends Row> Listing<T> listed(String name, Supplier<Listing<T>> list) {
        try {
            return withDefects(list.get());
        } catch (MemflowException unknownPlace) {
            if (unknownPlace.kind() != ErrorKind.NOT_FOUND) {
                throw unknownPlace;
            }
            return new Listing<>(List.of(), List.of(new MissingPart(name, unknownPlace.getMessage())));
        }
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
    public PhysicalMemory physicalMemory() {
        return physical;
    }

    @Override
    public MemoryView kernelMemory() {
        return kernel.memory();
    }

    @Override
    public Listing<ProcessInfo> processes() {
        return listed("processes", () -> lists().processes().processes());
    }

    @Override
    public Listing<ThreadInfo> threads() {
        return listed("threads", () -> lists().processes().threads());
    }

    @Override
    public Listing<HandleInfo> handles() {
        return listed("open files", () -> lists().others().handles());
    }

    @Override
    public Listing<ProcessPlaces> places() {
        return listed("places of processes", () -> lists().others().places());
    }

    @Override
    public Listing<SocketInfo> sockets() {
        return listed("sockets", () -> lists().others().sockets());
    }

    @Override
    public Listing<MountInfo> mounts() {
        return listed("mounts", () -> lists().others().mounts());
    }

    @Override
    public Listing<LogRecord> log() {
        return listed("kernel log", () -> lists().others().log());
    }

    @Override
    public Listing<ProcessDetails> details() {
        return listed("namespaces and capabilities", () -> lists().others().details());
    }

    @Override
    public Listing<InterfaceInfo> interfaces() {
        return listed("network interfaces", () -> lists().others().interfaces());
    }

    @Override
    public Listing<MachineFacts> machine() {
        return listed("machine", () -> lists().others().machine());
    }

    @Override
    public Listing<ModuleInfo> modules() {
        return listed("modules", () -> new Modules(kernel).modules());
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
        Lists known = lists();
        return known.processes()
                .process(pid)
                .map(info -> new LinuxProcess(
                        info,
                        kernel,
                        known.processes(),
                        known.strings(),
                        WhenKnown.of(() -> new RegionRows(kernel, known.paths().get())),
                        known.others()));
    }

    @Override
    public void close() {
        physical.close();
    }
}
