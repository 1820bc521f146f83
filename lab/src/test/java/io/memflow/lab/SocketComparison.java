package io.memflow.lab;

import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.os.SocketInfo.Family;
import io.memflow.core.os.SocketInfo.State;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sockets against {@code /proc/PID/net} of every network namespace, and their holders against the open files. */
final class SocketComparison {
    /** States in the order of include/net/tcp_states.h, from 1 on. */
    private static final List<State> STATES = List.of(
            State.UNKNOWN,
            State.ESTABLISHED,
            State.SYN_SENT,
            State.SYN_RECEIVED,
            State.FIN_WAIT_1,
            State.FIN_WAIT_2,
            State.TIME_WAIT,
            State.CLOSE,
            State.CLOSE_WAIT,
            State.LAST_ACK,
            State.LISTEN,
            State.CLOSING);

    private static final Map<String, String> TYPES = Map.of("0001", "stream", "0002", "dgram", "0005", "seqpacket");
    private static final List<String> INTERNET = List.of("tcp", "tcp6", "udp", "udp6", "raw", "raw6");
    private static final int IPV6_BYTES = 16;

    private final GroundTruth truth;
    private final Findings findings;
    private final List<SocketInfo> rows;

    private SocketComparison(GroundTruth truth, Findings findings, List<SocketInfo> rows) {
        this.truth = truth;
        this.findings = findings;
        this.rows = rows;
    }

    static void compare(OperatingSystem system, GroundTruth truth, Findings findings) {
        Listing<SocketInfo> listing = system.sockets();
        findings.same("damage of the sockets", List.of(), listing.missing());
        listing.rows()
                .forEach(row -> findings.same(
                        "socket " + row + " complete",
                        List.of(),
                        row.provenance().missing()));
        SocketComparison comparison = new SocketComparison(truth, findings, listing.rows());
        truth.networks().forEach(comparison::network);
        comparison.holders();
    }

    /**
     * Sockets of a kernel whose tables of them are not known: those that processes hold, each with all the guest says of
     * it; the rest is named as missing.
     */
    static void compareHeld(OperatingSystem system, GroundTruth truth, Findings findings) {
        Listing<SocketInfo> listing = system.sockets();
        findings.same("sockets that nobody holds are named", false, listing.isComplete());
        SocketComparison comparison = new SocketComparison(truth, findings, listing.rows());
        truth.networks().forEach(comparison::held);
        comparison.holders();
    }

    private void held(int pid, long namespace) {
        List<SocketInfo> here = rows.stream()
                .filter(row -> row.namespace() != null && row.namespace() == namespace)
                .toList();
        String folder = "proc/" + pid + "/net/";
        for (SocketInfo row : here) {
            String file = folder
                    + switch (row.family()) {
                        case INET -> row.protocol();
                        case INET6 -> row.protocol() + "6";
                        case UNIX -> "unix";
                        case NETLINK -> "netlink";
                        default -> "packet";
                    };
            boolean internet = row.family() == Family.INET || row.family() == Family.INET6;
            String got = internet ? internet(row) : row.family() == Family.UNIX ? unix(row) : "inode " + row.inode();
            List<String> wanted = lines(file)
                    .map(line -> internet
                            ? internet(line)
                            : row.family() == Family.UNIX ? unix(line) : "inode " + last(line))
                    .toList();
            // What is neither connected nor listens is in no table of TCP's, what was never bound in none of netlink's.
            boolean unbound =
                    row.state() == State.CLOSE && (row.family() == Family.NETLINK || "tcp".equals(row.protocol()));
            findings.count("held sockets", 1);
            findings.same(
                    "socket %s is as in %s: %s".formatted(got, file, wanted), true, unbound || wanted.contains(got));
        }
    }

    private static String last(String line) {
        String[] words = line.strip().split("\\s+", -1);
        return words[words.length - 1];
    }

    private void network(int pid, long namespace) {
        List<SocketInfo> here = rows.stream()
                .filter(row -> row.namespace() != null && row.namespace() == namespace)
                .filter(row -> !row.provenance().sources().equals(List.of("descriptor-table")))
                .toList();
        String folder = "proc/" + pid + "/net/";
        for (String table : INTERNET) {
            Family family = table.endsWith("6") ? Family.INET6 : Family.INET;
            List<String> wanted =
                    lines(folder + table).map(SocketComparison::internet).toList();
            List<String> got = here.stream()
                    .filter(row ->
                            row.family() == family && table.replace("6", "").equals(row.protocol()))
                    .map(SocketComparison::internet)
                    .toList();
            findings.sameLines("sockets " + table, wanted, got);
        }
        findings.sameLines(
                "sockets unix",
                lines(folder + "unix").map(SocketComparison::unix).toList(),
                of(here, Family.UNIX).map(SocketComparison::unix).toList());
        findings.sameLines(
                "sockets netlink",
                lines(folder + "netlink").map(SocketComparison::netlink).toList(),
                of(here, Family.NETLINK).map(SocketComparison::netlink).toList());
        findings.sameLines(
                "sockets packet",
                lines(folder + "packet").map(SocketComparison::packet).toList(),
                of(here, Family.PACKET).map(SocketComparison::packet).toList());
    }

    private static Stream<SocketInfo> of(List<SocketInfo> rows, Family family) {
        return rows.stream().filter(row -> row.family() == family);
    }

    /** Lines of a table without its title. */
    private Stream<String> lines(String file) {
        return truth.snapshot().text(file).orElse("").lines().skip(1);
    }

    private static String internet(String line) {
        String[] words = line.strip().split("\\s+", -1);
        String uid = words[9].equals("0") ? "-" : words[7];
        return "%s > %s %s uid %s inode %s"
                .formatted(end(words[1]), end(words[2]), STATES.get(Integer.parseInt(words[3], 16)), uid, words[9]);
    }

    private static String internet(SocketInfo row) {
        boolean anonymous = row.inode() == null || row.inode() == 0;
        return "%s > %s %s uid %s inode %s"
                .formatted(
                        end(row, row.local()),
                        end(row, row.remote()),
                        row.state(),
                        anonymous ? "-" : row.uid(),
                        row.inode());
    }

    /** {@code 0100007F:1092}: 32-bit words of the address in the machine's order, the port in the usual one. */
    private static String end(String text) {
        String[] halves = text.split(":", -1);
        byte[] words = HexFormat.of().parseHex(halves[0]);
        byte[] address = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            address[i] = words[i / 4 * 4 + 3 - i % 4];
        }
        return HexFormat.of().formatHex(address) + ":" + Integer.parseInt(halves[1], 16);
    }

    private static String end(SocketInfo row, @Nullable Endpoint end) {
        try {
            byte[] bytes = end == null
                    ? new byte[row.family() == Family.INET6 ? IPV6_BYTES : 4]
                    : InetAddress.getByName(end.address()).getAddress();
            String hex = HexFormat.of().formatHex(bytes);
            boolean mapped = row.family() == Family.INET6 && bytes.length < IPV6_BYTES;
            return (mapped ? "0".repeat(20) + "ffff" + hex : hex) + ":" + (end == null ? 0 : end.port());
        } catch (UnknownHostException noAddress) {
            return String.valueOf(noAddress.getMessage());
        }
    }

    private static String unix(String line) {
        String[] words = line.strip().split("\\s+", 8);
        boolean listens = words[3].equals("00010000");
        return "%s %s inode %s %s".formatted(TYPES.get(words[4]), listens, words[6], words.length > 7 ? words[7] : "");
    }

    private static String unix(SocketInfo row) {
        return "%s %s inode %s %s"
                .formatted(
                        row.protocol(),
                        row.state() == State.LISTEN,
                        row.inode(),
                        row.local() == null ? "" : row.local().address());
    }

    private static String netlink(String line) {
        String[] words = line.strip().split("\\s+", -1);
        return "port %s groups 0x%s inode %s".formatted(words[2], words[3], words[9]);
    }

    private static String netlink(SocketInfo row) {
        Endpoint end = row.local();
        return "port %s groups %s inode %s"
                .formatted(end == null ? "?" : end.port(), end == null ? "?" : end.address(), row.inode());
    }

    private static String packet(String line) {
        String[] words = line.strip().split("\\s+", -1);
        String type = words[2].equals("3") ? "raw" : "dgram";
        return "%s protocol %d interface %s uid %s inode %s"
                .formatted(type, Integer.parseInt(words[3], 16), words[4], words[7], words[8]);
    }

    private static String packet(SocketInfo row) {
        Endpoint end = row.local();
        return "%s protocol %s interface %s uid %s inode %s"
                .formatted(
                        row.protocol(),
                        end == null ? "?" : end.port(),
                        end == null ? "?" : end.address(),
                        row.uid(),
                        row.inode());
    }

    private void holders() {
        Map<Long, TreeSet<Integer>> wanted = new TreeMap<>();
        for (ProcessTruth process : truth.processes()) {
            if (truth.isComparable(process)) {
                for (String target : process.files().values()) {
                    if (target.startsWith("socket:[")) {
                        long inode = Long.parseLong(target.substring(8, target.length() - 1));
                        wanted.computeIfAbsent(inode, _ -> new TreeSet<>()).add(process.pid());
                    }
                }
            }
        }
        List<String> got = new ArrayList<>();
        for (SocketInfo row : rows) {
            if (!row.holders().isEmpty()) {
                got.add(row.inode() + " " + row.holders());
            }
        }
        findings.sameLines(
                "socket holders",
                wanted.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .toList(),
                got);
    }
}
