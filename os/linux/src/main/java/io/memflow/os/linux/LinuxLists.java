package io.memflow.os.linux;

import io.memflow.core.os.HandleInfo;
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
import io.memflow.os.linux.file.HandleRows;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.identity.DetailRows;
import io.memflow.os.linux.log.KernelLog;
import io.memflow.os.linux.machine.MachineReader;
import io.memflow.os.linux.mount.MountRows;
import io.memflow.os.linux.socket.InterfaceRows;
import io.memflow.os.linux.socket.SocketRows;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.WhenKnown;
import io.memflow.os.linux.task.ProcessRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The lists beyond processes, threads, regions and modules, each with a reader of its own. Thread-safe. */
final class LinuxLists {
    private final ProcessRows processes;
    private final ListReader<HandleRows> handles;
    private final ListReader<SocketRows> sockets;
    private final ListReader<MountRows> mounts;
    private final ListReader<KernelLog> log;
    private final ListReader<DetailRows> details;
    private final ListReader<InterfaceRows> interfaces;
    private final ListReader<MachineReader> machine;

    LinuxLists(Kernel kernel, WhenKnown<PathReader> paths, ProcessRows processes) {
        this.processes = processes;
        handles = new ListReader<>("open files", () -> new HandleRows(kernel, paths.get()));
        sockets = new ListReader<>("sockets", () -> new SocketRows(kernel, paths.get()));
        mounts = new ListReader<>("mounts", () -> new MountRows(kernel, paths.get()));
        log = new ListReader<>("kernel log", () -> KernelLog.of(kernel));
        details = new ListReader<>("namespaces and capabilities", () -> new DetailRows(kernel));
        interfaces = new ListReader<>("network interfaces", () -> new InterfaceRows(kernel));
        machine = new ListReader<>("facts of the machine", () -> new MachineReader(kernel, processes::bootTime));
    }

    Listing<HandleInfo> handles(ProcessInfo process) {
        return handles.list(rows -> rows.handles(processes.livingThread(process.address()), process.pid()));
    }

    Listing<HandleInfo> handles() {
        return ofAll(this::handles);
    }

    Listing<ProcessPlaces> places(ProcessInfo process) {
        return handles.list(
                rows -> rows.places(processes.livingThread(process.address()), process.pid(), process.path()));
    }

    Listing<ProcessPlaces> places() {
        return ofAll(this::places);
    }

    Listing<SocketInfo> sockets() {
        return sockets.list(rows -> rows.sockets(livingThreads()));
    }

    Listing<SocketInfo> sockets(ProcessInfo process) {
        return sockets.list(rows -> rows.sockets(livingThreads(), process.pid()));
    }

    Listing<MountInfo> mounts() {
        return mounts.list(rows -> rows.mounts(livingThreads().values()));
    }

    Listing<MountInfo> mounts(ProcessInfo process) {
        return mounts.list(rows -> rows.mounts(processes.livingThread(process.address())));
    }

    Listing<LogRecord> log() {
        return log.list(KernelLog::records);
    }

    Listing<ProcessDetails> details(ProcessInfo process) {
        return details.list(rows -> new Listing<>(List.of(rows.read(process)), List.of()));
    }

    Listing<ProcessDetails> details() {
        return ofAll(this::details);
    }

    Listing<InterfaceInfo> interfaces() {
        return interfaces.list(InterfaceRows::interfaces);
    }

    Listing<MachineFacts> machine() {
        return machine.list(MachineReader::read);
    }

    private Map<Integer, Long> livingThreads() {
        Map<Integer, Long> threads = new LinkedHashMap<>();
        for (ProcessInfo process : processes.processes().rows()) {
            threads.put(process.pid(), processes.livingThread(process.address()));
        }
        return threads;
    }

    private <R extends Row> Listing<R> ofAll(Function<ProcessInfo, Listing<R>> ofOne) {
        Listing<ProcessInfo> all = processes.processes();
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
