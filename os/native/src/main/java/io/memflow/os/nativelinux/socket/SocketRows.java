package io.memflow.os.nativelinux.socket;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.SocketInfo;
import io.memflow.os.nativelinux.proc.KernelFile;
import io.memflow.os.nativelinux.proc.Roots;
import io.memflow.os.nativelinux.task.DetailRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sockets of all network namespaces that a process is in. Thread-safe.
 *
 * @param roots where they are read from
 */
public record SocketRows(Roots roots) {
    private static final String SOCKET = "socket:[";

    /** All sockets. */
    public Listing<SocketInfo> sockets() {
        List<SocketInfo> rows = new ArrayList<>();
        List<MissingPart> missing = new ArrayList<>();
        Map<Long, List<Integer>> holders = new TreeMap<>();
        Map<Optional<Long>, Integer> namespaces = new LinkedHashMap<>();
        List<Integer> refused = new ArrayList<>();
        for (int pid : KernelFile.numbers(roots.proc())) {
            try {
                KernelFile.optionalLink(roots.process(pid).resolve("ns/net"))
                        .ifPresent(link -> namespaces.putIfAbsent(Optional.of(DetailRows.bracketed(link)), pid));
                held(pid, holders);
            } catch (MemflowException failed) {
                if (!KernelFile.isGone(failed)) {
                    refused.add(pid);
                }
            }
        }
        if (!refused.isEmpty()) {
            missing.add(new MissingPart(
                    "sockets held by %d processes of other users".formatted(refused.size()),
                    "this user may not see their open files; run as root or with CAP_SYS_PTRACE"));
        }
        namespaces.forEach((number, pid) -> {
            SocketTables tables = new SocketTables(net(pid), number.orElse(null), holders);
            tables.read();
            rows.addAll(tables.rows());
            missing.addAll(tables.missing());
        });
        return new Listing<>(rows, missing);
    }

    /**
     * Those that one process holds.
     *
     * @throws MemflowException when this user may not see its open files, or it has ended
     */
    public Listing<SocketInfo> sockets(int pid) {
        Map<Long, List<Integer>> own = new TreeMap<>();
        held(pid, own);
        Listing<SocketInfo> all = sockets();
        return new Listing<>(
                all.rows().stream().filter(row -> own.containsKey(row.inode())).toList(), all.missing());
    }

    private Path net(int pid) {
        return roots.process(pid).resolve("net");
    }

    /** Adds the sockets that a process holds. */
    private void held(int pid, Map<Long, List<Integer>> holders) {
        Path directory = roots.process(pid).resolve("fd");
        for (String number : KernelFile.names(directory)) {
            KernelFile.optionalLink(directory.resolve(number))
                    .filter(link -> link.startsWith(SOCKET))
                    .ifPresent(link -> {
                        List<Integer> pids =
                                holders.computeIfAbsent(DetailRows.bracketed(link), _ -> new ArrayList<>());
                        if (!pids.contains(pid)) {
                            pids.add(pid);
                        }
                    });
        }
    }
}
