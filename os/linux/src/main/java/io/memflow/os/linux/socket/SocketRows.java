package io.memflow.os.linux.socket;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.file.PathReader;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Builds the rows of sockets: the union of those in the kernel's tables and those that processes hold open, each with the
 * sources that have it. Thread-safe.
 */
public final class SocketRows {
    private static final String DESCRIPTORS = "descriptor-table";

    private final WhenKnown<SocketTables> tables;
    private final WhenKnown<NetlinkTable> netlink;
    private final Holders holders;
    private final SocketReader reader;

    public SocketRows(Kernel kernel, PathReader paths) {
        NetNamespaces namespaces = new NetNamespaces(kernel);
        tables = new WhenKnown<>(() -> new SocketTables(kernel, namespaces));
        netlink = new WhenKnown<>(() -> new NetlinkTable(kernel));
        holders = new Holders(kernel, paths);
        reader = new SocketReader(kernel, namespaces);
    }

    /**
     * All sockets of the machine.
     *
     * @param threads process id to the virtual address of a thread of it that has not ended
     */
    public Listing<SocketInfo> sockets(Map<Integer, Long> threads) {
        List<MissingPart> missing = new ArrayList<>();
        Map<Long, List<String>> sources = new LinkedHashMap<>();
        SocketTables.Sink sink = (socket, table) ->
                sources.computeIfAbsent(socket, _ -> new ArrayList<>()).add(table);
        walk("sockets that no process holds", missing, () -> tables.get().walk(sink, missing));
        walk(
                "netlink sockets that no process holds",
                missing,
                () -> netlink.get().walk(sink, missing));
        Map<Long, SortedSet<Integer>> held = holders.read(threads, missing);
        held.keySet().forEach(socket -> sink.accept(socket, DESCRIPTORS));
        List<SocketInfo> rows = new ArrayList<>();
        sources.forEach((socket, tablesOf) -> {
            List<Integer> pids = List.copyOf(held.getOrDefault(socket, Collections.emptySortedSet()));
            try {
                rows.add(reader.read(socket, pids, tablesOf));
            } catch (MemoryAccessException unreadable) {
                missing.add(new MissingPart("socket at " + Address.format(socket), unreadable.getMessage()));
            }
        });
        return new Listing<>(rows, missing);
    }

    /** Kernels without types do not tell where tables are; what processes hold is found all the same. */
    private static void walk(String what, List<MissingPart> missing, Runnable walk) {
        try {
            walk.run();
        } catch (MemflowException unknown) {
            if (unknown.kind() != ErrorKind.NOT_FOUND) {
                throw unknown;
            }
            missing.add(new MissingPart(what, unknown.getMessage()));
        }
    }

    /** The sockets one process holds. */
    public Listing<SocketInfo> sockets(Map<Integer, Long> threads, int pid) {
        Listing<SocketInfo> all = sockets(threads);
        return new Listing<>(
                all.rows().stream().filter(row -> row.holders().contains(pid)).toList(), all.missing());
    }
}
