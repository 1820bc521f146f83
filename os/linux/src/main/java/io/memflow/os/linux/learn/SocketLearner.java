package io.memflow.os.linux.learn;

import io.memflow.core.symbol.SymbolTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Learns what leads from an open file to its socket ({@code file, socket, socket_alloc}, include/linux/net.h) and what a
 * socket is ({@code sock_common, sock}, include/net/sock.h): the first part of {@code sock_common} is the same in every
 * configuration, and is taken when all sockets are in a known network namespace by it. Confined.
 */
final class SocketLearner {
    private static final String COMMON = "sock_common";
    private static final String SOCK = "sock";
    private static final int FILE_WORDS = 64;
    private static final int SOCKET_WORDS = 12;
    private static final int SOCK_BYTES = 1024;
    /** "state; type": include/linux/net.h. */
    private static final int TYPE_IN_SOCKET = Integer.BYTES;

    /** {@code sk_protocol} is at most so many bytes away from {@code sk_type}. */
    private static final int NEAR_TYPE = 8;
    /** Address families (include/linux/socket.h), SOCK_DGRAM, and IPPROTO_TCP and IPPROTO_UDP. */
    private static final int UNIX = 1;

    private static final int INET = 2;
    private static final int INET6 = 10;
    private static final int DATAGRAM = 2;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int LARGEST_TYPE = 10;
    private static final int LARGEST_FAMILY = 46;
    private static final int LARGEST_STATE = 12;
    private static final long SHORT_MASK = 0xFFFF;
    private static final long BYTE_MASK = 0xFF;
    /** Offsets in {@code sock_common} before its first pointer. */
    private static final int REMOTE = 0;

    private static final int LOCAL = 4;
    private static final int REMOTE_PORT = 12;
    private static final int LOCAL_PORT = 14;
    private static final int FAMILY = 16;
    private static final int STATE = 18;
    private static final int POINTERS = 24;
    /** Behind a hash node of two words: {@code skc_prot, skc_net}. */
    private static final int NET = 3;

    private static final int BEHIND_NET = 4;
    private static final int IPV6_BYTES = 16;
    /** {@code skc_cookie} is aligned to its own size on all machines. */
    private static final int COOKIE_BYTES = 8;

    private final KernelBytes source;
    private final Lesson lesson;
    private final int word;
    private final List<Long> files;
    private Samples socks;

    /** @param open open files of all kinds */
    SocketLearner(KernelBytes source, Lesson lesson, SymbolTable symbols, Collection<Long> open) {
        this.source = source;
        this.lesson = lesson;
        word = source.word();
        files = socketFiles(symbols, open);
        socks = new Samples(source, List.of(), SOCK_BYTES);
    }

    /** Files whose dentries are named by {@code sockfs_dname()}, net/socket.c. */
    private List<Long> socketFiles(SymbolTable symbols, Collection<Long> open) {
        OptionalLong namer = symbols.address("sockfs_dname");
        OptionalInt dentry = lesson.offset("file", "f_path.dentry");
        OptionalInt operations = lesson.offset("dentry", "d_op");
        OptionalInt name = lesson.offset("dentry_operations", "d_dname");
        if (namer.isEmpty() || dentry.isEmpty() || operations.isEmpty() || name.isEmpty()) {
            return List.of();
        }
        return open.stream()
                .filter(file -> source.word(source.word(source.word(file + dentry.getAsInt()) + operations.getAsInt())
                                + name.getAsInt())
                        == namer.getAsLong())
                .toList();
    }

    private record Found(int pointer, int back, Ruling ruling) {}

    /** Learns, and gives the sockets it learned from. */
    Samples learn() {
        Samples samples = new Samples(source, files, FILE_WORDS * word);
        List<Found> found = new ArrayList<>();
        for (Ruling pointer : samples.words(
                0, samples.size(), 1, (file, at) -> Verdict.of(source.isAlignedKernel(samples.word(file, at))))) {
            for (int at = word; at < SOCKET_WORDS * word; at += word) {
                int back = at;
                Ruling ruling = samples.judge(
                        pointer.offset(),
                        (file, offset) ->
                                Verdict.of(source.word(samples.word(file, offset) + back) == samples.address(file)));
                if (ruling.holds(1)) {
                    found.add(new Found(pointer.offset(), back, ruling));
                }
            }
        }
        if (found.size() != 1) {
            undecide(
                    samples.count() == 0
                            ? "no open socket was found"
                            : found.size() + " pointers in the files of sockets lead to what points back");
            return socks;
        }
        Found only = found.getFirst();
        lesson.take("file", "private_data", word, only.ruling.at(only.pointer));
        lesson.take("socket", "file", word, only.ruling.at(only.back));
        inodes(samples, only);
        socks(samples, only);
        return socks;
    }

    private void undecide(String why) {
        lesson.undecide("file", "private_data", why);
        lesson.undecide("socket", "sk", why);
        lesson.undecide(COMMON, "skc_family", why);
        lesson.undecide(SOCK, "sk_socket", why);
    }

    /** {@code struct socket_alloc}: a socket and its inode side by side. */
    private void inodes(Samples samples, Found found) {
        OptionalInt inode = lesson.offset("file", "f_inode");
        if (inode.isEmpty()) {
            return;
        }
        long distance = samples.word(0, inode.getAsInt()) - samples.word(0, found.pointer);
        Ruling ruling = samples.judge(
                (int) distance,
                (file, at) ->
                        Verdict.of(samples.word(file, inode.getAsInt()) - samples.word(file, found.pointer) == at));
        boolean near = distance > 0 && distance < SOCK_BYTES;
        lesson.decide("socket_alloc", "vfs_inode", word, near && ruling.holds(1) ? List.of(ruling) : List.of());
    }

    /** "file, sk" are neighbours; the {@code sock} points back to its socket. */
    private void socks(Samples samples, Found found) {
        int sk = found.back + word;
        Map<Long, Long> sockets = new LinkedHashMap<>();
        for (int file = 0; file < samples.count(); file++) {
            long socket = samples.word(file, found.pointer);
            long sock = source.word(socket + sk);
            if (source.isAlignedKernel(sock)) {
                sockets.put(sock, socket);
            }
        }
        Samples all = new Samples(source, sockets.keySet(), SOCK_BYTES);
        List<Ruling> back = all.words(
                0,
                all.size(),
                1,
                (sock, at) -> Verdict.of(all.word(sock, at) == sockets.getOrDefault(all.address(sock), 0L)));
        if (lesson.decide(SOCK, "sk_socket", word, back).isEmpty()) {
            undecide("no sock behind an open file points back to its socket");
            return;
        }
        lesson.take("socket", "sk", word, back.getFirst().at(sk));
        types(all, sockets);
        common(all);
    }

    /** {@code sk_type} is the type of the socket, {@code sk_protocol} lies beside it since 5.6. */
    private void types(Samples all, Map<Long, Long> sockets) {
        List<Ruling> fitting = new ArrayList<>();
        for (int at = POINTERS; at + Integer.BYTES <= all.size(); at += Short.BYTES) {
            Ruling ruling = all.judge(at, (sock, offset) -> {
                long type = source.number(sockets.getOrDefault(all.address(sock), 0L) + TYPE_IN_SOCKET) & SHORT_MASK;
                return Verdict.of(type <= LARGEST_TYPE && (all.number(sock, offset) & SHORT_MASK) == type);
            });
            if (ruling.holds(3) && varies(all, at)) {
                fitting.add(ruling);
            }
        }
        OptionalInt type = lesson.decide(SOCK, "sk_type", Short.BYTES, fitting);
        if (type.isEmpty()) {
            lesson.undecide(SOCK, "sk_protocol", "sk_type is not known");
        } else {
            protocols(all, type.getAsInt());
        }
    }

    /** TCP for streams and UDP for datagrams of the internet, none for those of Unix. */
    private void protocols(Samples all, int type) {
        List<Ruling> fitting = new ArrayList<>();
        for (int at = type - NEAR_TYPE; at <= type + NEAR_TYPE; at += Short.BYTES) {
            Ruling ruling = all.judge(at, (sock, offset) -> {
                long family = all.number(sock, FAMILY) & SHORT_MASK;
                long kind = all.number(sock, type) & SHORT_MASK;
                long protocol = all.number(sock, offset) & SHORT_MASK;
                if (family == UNIX) {
                    return protocol == 0 ? Verdict.SILENT : Verdict.DISAGREES;
                }
                boolean internet = family == INET || family == INET6;
                return !internet || kind > DATAGRAM
                        ? Verdict.SILENT
                        : Verdict.of(protocol == (kind == DATAGRAM ? UDP : TCP));
            });
            if (ruling.holds(1)) {
                fitting.add(ruling);
            }
        }
        lesson.decide(SOCK, "sk_protocol", Short.BYTES, fitting);
    }

    private static boolean varies(Samples all, int at) {
        Set<Long> seen = new HashSet<>();
        for (int sock = 0; sock < all.count(); sock++) {
            seen.add(all.number(sock, at) & SHORT_MASK);
        }
        return seen.size() > 1;
    }

    private void common(Samples all) {
        Set<Long> networks = networks();
        int net = POINTERS + NET * word;
        Ruling ruling = all.judge(
                net,
                (sock, at) -> Verdict.of(networks.contains(all.word(sock, at))
                        && source.isAlignedKernel(all.word(sock, at - word))
                        && (all.number(sock, FAMILY) & SHORT_MASK) <= LARGEST_FAMILY
                        && (all.number(sock, FAMILY) >>> Short.SIZE & BYTE_MASK) <= LARGEST_STATE));
        if (!ruling.holds(1)) {
            lesson.undecide(COMMON, "skc_family", "sockets are not in a network namespace by the usual place");
            return;
        }
        lesson.take(COMMON, "skc_daddr", Integer.BYTES, ruling.at(REMOTE));
        lesson.take(COMMON, "skc_rcv_saddr", Integer.BYTES, ruling.at(LOCAL));
        lesson.take(COMMON, "skc_dport", Short.BYTES, ruling.at(REMOTE_PORT));
        lesson.take(COMMON, "skc_num", Short.BYTES, ruling.at(LOCAL_PORT));
        lesson.take(COMMON, "skc_family", Short.BYTES, ruling.at(FAMILY));
        lesson.take(COMMON, "skc_state", Byte.BYTES, ruling.at(STATE));
        lesson.take(COMMON, "skc_prot", word, ruling.at(net - word));
        lesson.take(COMMON, "skc_net.net", word, ruling);
        node(all, ruling.at(net + word));
        socks = all;
    }

    private Set<Long> networks() {
        Set<Long> networks = new LinkedHashSet<>();
        OptionalInt list = lesson.offset("net", "list");
        Long head = lesson.landmarks().get("net_namespace_list");
        if (list.isPresent() && head != null) {
            long link = source.word(head);
            for (int i = 0; i < Samples.MOST && link != head && source.isAlignedKernel(link); i++) {
                networks.add(link - list.getAsInt());
                link = source.word(link);
            }
        }
        return networks;
    }

    /**
     * {@code skc_node}, which hangs a socket into its table: behind the IPv6 addresses, where there are any, a cookie and
     * flags. What its second word points to points back.
     */
    private void node(Samples all, Ruling ruling) {
        int behind = POINTERS + BEHIND_NET * word;
        List<Ruling> fitting = new ArrayList<>();
        for (int addresses = 0; addresses <= 2 * IPV6_BYTES; addresses += 2 * IPV6_BYTES) {
            int cookie = (behind + addresses + COOKIE_BYTES - 1) / COOKIE_BYTES * COOKIE_BYTES;
            Ruling node = all.judge(cookie + COOKIE_BYTES + word, (sock, at) -> {
                long previous = all.word(sock, at + word);
                if (previous == 0) {
                    return all.word(sock, at) == 0 ? Verdict.SILENT : Verdict.DISAGREES;
                }
                return Verdict.of(source.isAlignedKernel(previous) && source.word(previous) == all.address(sock) + at);
            });
            if (node.holds(1)) {
                fitting.add(node);
                if (addresses > 0) {
                    lesson.neighbour(COMMON, "skc_v6_daddr", IPV6_BYTES, ruling.at(behind));
                    lesson.neighbour(COMMON, "skc_v6_rcv_saddr", IPV6_BYTES, ruling.at(behind + IPV6_BYTES));
                }
            }
        }
        lesson.decide(COMMON, "skc_node", 2 * word, fitting);
    }
}
