package io.memflow.os.linux.socket;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelField;
import io.memflow.os.linux.structure.Kernel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds sockets in the tables the kernel looks them up by: TCP (net/ipv4/inet_hashtables.c), UDP (net/ipv4/udp.c), raw
 * (net/ipv4/raw.c), Unix (net/unix/af_unix.c) and packet sockets (net/packet/af_packet.c). Thread-safe.
 */
final class SocketTables {
    /** {@code UNIX_HASH_SIZE}, include/net/af_unix.h: 2 * 256 in all supported kernels. */
    private static final int UNIX_BUCKETS = 512;
    /** The listeners' table up to 5.18; {@code lhash2} has all of them since. */
    private static final String LISTENING = "listening_hash";

    private static final List<String> UDP_TABLES = List.of("udp_table", "udplite_table");
    private static final List<String> RAW_TABLES = List.of("raw_v4_hashinfo", "raw_v6_hashinfo");

    private final Kernel kernel;
    private final MemoryView memory;
    private final int wordBytes;
    private final long node;
    private final NetNamespaces namespaces;
    private final Optional<KernelField> namespaceTcp;
    private final Optional<KernelField> namespaceUdp;
    private final Optional<KernelField> namespaceUnix;
    private final Optional<KernelField> namespacePackets;

    SocketTables(Kernel kernel, NetNamespaces namespaces) {
        this.kernel = kernel;
        this.namespaces = namespaces;
        memory = kernel.memory();
        wordBytes = memory.properties().pointerBytes();
        node = kernel.field("sock_common", "skc_node").place().offset();
        namespaceTcp = kernel.optionalField("net", "ipv4.tcp_death_row.hashinfo");
        namespaceUdp = kernel.optionalField("net", "ipv4.udp_table");
        namespaceUnix = kernel.optionalField("net", "unx.table.buckets");
        namespacePackets = kernel.optionalField("net", "packet.sklist");
    }

    /** Takes each socket that is found. */
    interface Sink {
        /**
         * One socket in one table; the same socket may be in several.
         *
         * @param socket virtual address of its {@code struct sock} or smaller stand-in
         * @param table the table it was found in, as rows name it
         */
        void accept(long socket, String table);
    }

    /** Goes through all tables of all network namespaces. */
    void walk(Sink sink, List<MissingPart> missing) {
        Set<Long> nets = new HashSet<>();
        var entries = namespaces.walk();
        missing.addAll(entries.missing());
        nets.addAll(entries.addresses());
        Set<Long> tcp = new HashSet<>();
        Set<Long> udp = new HashSet<>(namespaceUdp.isPresent() ? List.of() : symbols(UDP_TABLES));
        List<Long> unix =
                new ArrayList<>(namespaceUnix.isPresent() ? List.of() : symbols(List.of("unix_socket_table")));
        List<Long> packets = new ArrayList<>();
        for (long net : nets) {
            namespaceTcp.ifPresent(field -> tcp.add(field.pointer(net)));
            namespaceUdp.ifPresent(field -> udp.add(field.pointer(net)));
            namespaceUnix.ifPresent(field -> unix.add(field.pointer(net)));
            namespacePackets.ifPresent(field -> packets.add(field.at(net)));
        }
        tcp.addAll(symbols(List.of("tcp_hashinfo")));
        name("TCP sockets", tcp, missing);
        name("UDP sockets", udp, missing);
        name("Unix sockets", unix, missing);
        name("raw sockets", symbols(RAW_TABLES), missing);
        tcp.stream().filter(table -> table != 0).forEach(table -> tcp(table, sink, missing));
        udp.stream().filter(table -> table != 0).forEach(table -> udp(table, sink, missing));
        symbols(RAW_TABLES).forEach(table -> raw(table, sink, missing));
        HashChain unixChains = new HashChain(memory, "unix sockets", missing);
        for (long buckets : unix) {
            unixChains.walk(buckets, wordBytes, UNIX_BUCKETS, node, socket -> sink.accept(socket, "unix-hash"));
        }
        HashChain packetChains = new HashChain(memory, "packet sockets", missing);
        packets.forEach(head -> packetChains.follow(head, node, socket -> sink.accept(socket, "packet-list")));
    }

    /** Tables that no symbol names and that were not found otherwise must not look like tables without sockets. */
    private static void name(String sockets, Collection<Long> tables, List<MissingPart> missing) {
        if (tables.isEmpty()) {
            missing.add(new MissingPart(sockets, "the kernel's table of them was not found"));
        }
    }

    private List<Long> symbols(List<String> names) {
        return names.stream()
                .map(kernel::addressOrZero)
                .filter(address -> address != 0)
                .toList();
    }

    private void tcp(long table, Sink sink, List<MissingPart> missing) {
        long stride = kernel.layout().size("inet_ehash_bucket");
        long buckets = kernel.field("inet_hashinfo", "ehash").pointer(table);
        long count = kernel.field("inet_hashinfo", "ehash_mask").unsigned(table) + 1;
        new HashChain(memory, "established TCP sockets", missing)
                .walk(buckets, stride, count, node, socket -> sink.accept(socket, "tcp-established-hash"));
        Optional<KernelField> old = kernel.optionalField("inet_hashinfo", LISTENING);
        long listenerBytes = kernel.layout().size("inet_listen_hashbucket");
        HashChain listeners = new HashChain(memory, "listening TCP sockets", missing);
        KernelField head = kernel.field("inet_listen_hashbucket", "nulls_head", "head");
        if (old.isPresent()) {
            long first = head.at(old.get().at(table));
            long number = old.get().bytes() / listenerBytes;
            listeners.walk(first, listenerBytes, number, node, socket -> sink.accept(socket, "tcp-listen-hash"));
        } else {
            long first = head.at(kernel.field("inet_hashinfo", "lhash2").pointer(table));
            long number = kernel.field("inet_hashinfo", "lhash2_mask").unsigned(table) + 1;
            listeners.walk(first, listenerBytes, number, node, socket -> sink.accept(socket, "tcp-listen-hash"));
        }
    }

    private void udp(long table, Sink sink, List<MissingPart> missing) {
        long first = kernel.field("udp_hslot", "head")
                .at(kernel.field("udp_table", "hash").pointer(table));
        long count = kernel.field("udp_table", "mask").unsigned(table) + 1;
        new HashChain(memory, "UDP sockets", missing)
                .walk(first, kernel.layout().size("udp_hslot"), count, node, socket -> sink.accept(socket, "udp-hash"));
    }

    private void raw(long table, Sink sink, List<MissingPart> missing) {
        KernelField buckets = kernel.field("raw_hashinfo", "ht");
        new HashChain(memory, "raw sockets", missing)
                .walk(
                        buckets.at(table),
                        wordBytes,
                        buckets.bytes() / wordBytes,
                        node,
                        socket -> sink.accept(socket, "raw-hash"));
    }
}
