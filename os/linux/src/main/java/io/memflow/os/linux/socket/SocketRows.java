package io.memflow.os.linux.socket;

import io.memflow.core.address.Address;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.SocketInfo;
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

    private final SocketTables tables;
    private final NetlinkTable netlink;
    private final Holders holders;
    private final SocketReader reader;

    public SocketRows(Kernel kernel, PathReader paths) {
        NetNamespaces namespaces = new NetNamespaces(kernel);
        tables = new SocketTables(kernel, namespaces);
        netlink = new NetlinkTable(kernel);
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
        tables.walk(sink, missing);
        netlink.walk(sink, missing);
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

    /** The sockets one process holds. */
    public Listing<SocketInfo> sockets(Map<Integer, Long> threads, int pid) {
        Listing<SocketInfo> all = sockets(threads);
        return new Listing<>(
                all.rows().stream().filter(row -> row.holders().contains(pid)).toList(), all.missing());
    }
}
