package io.memflow.os.linux;

import io.memflow.core.os.BpfMapInfo;
import io.memflow.core.os.BpfProgramInfo;
import io.memflow.core.os.HandleInfo;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.InterfaceInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.core.os.MachineFacts;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.MountInfo;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.ProcessPlaces;
import io.memflow.core.os.Row;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.bpf.BpfRows;
import io.memflow.os.linux.file.HandleRows;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.identity.DetailRows;
import io.memflow.os.linux.input.InputRows;
import io.memflow.os.linux.log.KernelLog;
import io.memflow.os.linux.machine.IndirectFacts;
import io.memflow.os.linux.machine.MachineReader;
import io.memflow.os.linux.mount.MountRows;
import io.memflow.os.linux.socket.InterfaceRows;
import io.memflow.os.linux.socket.SocketRows;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.task.ProcessRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The lists beyond processes, threads, regions and modules, each with a reader of its own. Thread-safe. */
final class LinuxLists {
    private static final String FILES = "open files";
    private static final String PLACES = "places of processes";
    private static final String SOCKETS = "sockets";
    private static final String MOUNTS = "mounts";
    private static final String DETAILS = "namespaces and capabilities";

    private final WhenKnown<ProcessRows> processes;
    private final WhenKnown<HandleRows> handles;
    private final WhenKnown<SocketRows> sockets;
    private final WhenKnown<MountRows> mounts;
    private final WhenKnown<KernelLog> log;
    private final WhenKnown<DetailRows> details;
    private final WhenKnown<InterfaceRows> interfaces;
    private final WhenKnown<MachineReader> machine;
    private final WhenKnown<BpfRows> bpf;
    private final WhenKnown<InputRows> input;

    LinuxLists(Kernel kernel, WhenKnown<PathReader> paths, WhenKnown<ProcessRows> processes) {
        this.processes = processes;
        handles = new WhenKnown<>(() -> new HandleRows(kernel, paths.get()));
        sockets = new WhenKnown<>(() -> new SocketRows(kernel, paths.get()));
        mounts = new WhenKnown<>(() -> new MountRows(kernel, paths.get()));
        log = new WhenKnown<>(() -> KernelLog.of(kernel));
        details = new WhenKnown<>(() -> new DetailRows(kernel));
        interfaces = new WhenKnown<>(() -> new InterfaceRows(kernel));
        bpf = new WhenKnown<>(() -> new BpfRows(kernel));
        input = new WhenKnown<>(() -> new InputRows(kernel));
        machine = new WhenKnown<>(() -> new MachineReader(
                kernel,
                () -> processes.get().bootTime(),
                new IndirectFacts(
                        () -> log().rows(), () -> processes.get().processes().rows())));
    }

    Listing<HandleInfo> handles(ProcessInfo process) {
        return handles.list(FILES, rows -> rows.handles(livingThread(process), process.pid()));
    }

    Listing<HandleInfo> handles() {
        return ofAll(FILES, this::handles);
    }

    Listing<ProcessPlaces> places(ProcessInfo process) {
        return handles.list(PLACES, rows -> rows.places(livingThread(process), process.pid(), process.path()));
    }

    Listing<ProcessPlaces> places() {
        return ofAll(PLACES, this::places);
    }

    Listing<SocketInfo> sockets() {
        return sockets.list(SOCKETS, rows -> rows.sockets(livingThreads()));
    }

    Listing<SocketInfo> sockets(ProcessInfo process) {
        return sockets.list(SOCKETS, rows -> rows.sockets(livingThreads(), process.pid()));
    }

    Listing<MountInfo> mounts() {
        return mounts.list(MOUNTS, rows -> rows.mounts(livingThreads().values()));
    }

    Listing<MountInfo> mounts(ProcessInfo process) {
        return mounts.list(MOUNTS, rows -> rows.mounts(livingThread(process)));
    }

    Listing<LogRecord> log() {
        return log.list("kernel log", KernelLog::records);
    }

    Listing<ProcessDetails> details(ProcessInfo process) {
        return details.list(DETAILS, rows -> new Listing<>(List.of(rows.read(process)), List.of()));
    }

    Listing<ProcessDetails> details() {
        return ofAll(DETAILS, this::details);
    }

    Listing<InterfaceInfo> interfaces() {
        return interfaces.list("network interfaces", InterfaceRows::interfaces);
    }

    Listing<MachineFacts> machine() {
        return machine.list("facts of the machine", MachineReader::read);
    }

    Listing<BpfProgramInfo> bpfPrograms() {
        return bpf.list("BPF programs", BpfRows::programs);
    }

    Listing<BpfMapInfo> bpfMaps() {
        return bpf.list("BPF maps", BpfRows::maps);
    }

    Listing<InputDeviceInfo> inputDevices() {
        return input.list("input devices", InputRows::devices);
    }

    private long livingThread(ProcessInfo process) {
        return processes.get().livingThread(Objects.requireNonNull(process.address()));
    }

    private Map<Integer, Long> livingThreads() {
        Map<Integer, Long> threads = new LinkedHashMap<>();
        for (ProcessInfo process : processes.get().processes().rows()) {
            threads.put(process.pid(), livingThread(process));
        }
        return threads;
    }

    private <R extends Row> Listing<R> ofAll(String what, Function<ProcessInfo, Listing<R>> ofOne) {
        return processes.list(what, rows -> ofEach(rows.processes(), ofOne));
    }

    private static <R extends Row> Listing<R> ofEach(
            Listing<ProcessInfo> all, Function<ProcessInfo, Listing<R>> ofOne) {
        List<R> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>(all.missing());
        for (ProcessInfo process : all.rows()) {
            Listing<R> own = ofOne.apply(process);
            rows.addAll(own.rows());
            own.missing().stream().filter(part -> !missing.contains(part)).forEach(missing::add);
        }
        return new Listing<>(rows, missing);
    }
}
