package io.memflow.os.nativelinux.socket;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.os.SocketInfo.Family;
import io.memflow.core.os.SocketInfo.State;
import io.memflow.formats.socket.ConnectionStates;
import io.memflow.formats.socket.IpText;
import io.memflow.formats.socket.Protocols;
import io.memflow.os.nativelinux.proc.KernelFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one network namespace below {@code /proc/PID/net}: proc_pid_net(5), and the functions that print them in
 * net/ipv4/tcp_ipv4.c, net/ipv6/datagram.c, net/unix/af_unix.c, net/netlink/af_netlink.c and net/packet/af_packet.c.
 * Confined.
 */
final class SocketTables {
    private static final int HEX = 16;
    /** {@code SS_CONNECTING} and on, include/uapi/linux/net.h. */
    private static final int UNIX_CONNECTED = 3;

    private static final long ACCEPTS = 0x1_0000;

    private final Path directory;
    private final @Nullable Long namespace;
    private final Map<Long, List<Integer>> holders;
    private final List<SocketInfo> rows = new ArrayList<>();
    private final List<MissingPart> missing = new ArrayList<>();

    /**
     * @param namespace its number; null when it is not known
     * @param holders processes by the inodes of the sockets they hold
     */
    SocketTables(Path directory, @Nullable Long namespace, Map<Long, List<Integer>> holders) {
        this.directory = directory;
        this.namespace = namespace;
        this.holders = holders;
    }

    List<SocketInfo> rows() {
        return rows;
    }

    List<MissingPart> missing() {
        return missing;
    }

    /** Reads all tables; those of protocols this kernel lacks are not there. */
    void read() {
        for (String protocol : List.of("tcp", "udp", "udplite", "raw", "icmp")) {
            table(protocol, (name, fields) -> internet(name, Family.INET, protocol, fields));
            String six = protocol.equals("icmp") ? "icmpv6" : protocol;
            table(protocol + "6", (name, fields) -> internet(name, Family.INET6, six, fields));
        }
        table("unix", this::unix);
        if (rows.stream().anyMatch(row -> row.family() == Family.UNIX && row.state() == State.ESTABLISHED)) {
            missing.add(new MissingPart("other ends of Unix sockets", "/proc/net/unix does not show them"));
        }
        table("netlink", this::netlink);
        table("packet", this::packet);
    }

    private void table(String name, BiFunction<String, String[], SocketInfo> reader) {
        String text;
        try {
            text = KernelFile.text(directory.resolve(name));
        } catch (MemflowException failed) {
            if (!KernelFile.isGone(failed)) {
                missing.add(new MissingPart(name, String.valueOf(failed.getMessage())));
            }
            return;
        }
        text.lines().skip(1).forEach(line -> {
            try {
                rows.add(reader.apply(name, line.strip().split(" +", -1)));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException malformed) {
                missing.add(new MissingPart(
                        "row of " + name, "the line \"" + line + "\" is not of the form this program knows"));
            }
        });
    }

    /** {@code sl local remote st tx:rx tr:when retrnsmt uid timeout inode ...}. */
    private SocketInfo internet(String table, Family family, String protocol, String[] fields) {
        int number = Integer.parseInt(fields[3], HEX);
        State state = ConnectionStates.of(number);
        Endpoint remote = end(fields[2]);
        boolean connected = remote.port() != 0 || !isUnspecified(fields[2]);
        return row(
                table,
                family,
                protocol,
                state,
                end(fields[1]),
                connected && state != State.LISTEN ? remote : null,
                Long.parseLong(fields[9]),
                Long.parseLong(fields[7]));
    }

    /** Words of the address in the machine's own order, a colon, the port. */
    private static Endpoint end(String text) {
        String[] parts = text.split(":", -1);
        ByteBuffer bytes = ByteBuffer.allocate(parts[0].length() / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i < parts[0].length(); i += Integer.BYTES * 2) {
            bytes.putInt(Integer.parseUnsignedInt(parts[0].substring(i, i + Integer.BYTES * 2), HEX));
        }
        String address =
                bytes.capacity() == Integer.BYTES ? IpText.version4(bytes.array()) : IpText.version6(bytes.array());
        return new Endpoint(address, Integer.parseInt(parts[1], HEX));
    }

    private static boolean isUnspecified(String text) {
        return text.substring(0, text.indexOf(':')).chars().allMatch(digit -> digit == '0');
    }

    /** {@code Num RefCount Protocol Flags Type St Inode Path}; the path may hold spaces and is split with the rest. */
    private SocketInfo unix(String table, String[] fields) {
        int state = Integer.parseInt(fields[5], HEX);
        long flags = Long.parseLong(fields[3], HEX);
        long inode = Long.parseLong(fields[6]);
        String path = fields.length > 7 ? String.join(" ", List.of(fields).subList(7, fields.length)) : null;
        State shown = (flags & ACCEPTS) != 0 ? State.LISTEN : state == UNIX_CONNECTED ? State.ESTABLISHED : State.CLOSE;
        return row(
                table,
                Family.UNIX,
                Protocols.type(Integer.parseInt(fields[4], HEX)),
                shown,
                path == null ? null : new Endpoint(path, inode),
                null,
                inode,
                null);
    }

    /** {@code sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode}. */
    private SocketInfo netlink(String table, String[] fields) {
        return row(
                table,
                Family.NETLINK,
                Protocols.netlink(Integer.parseInt(fields[1])),
                State.CLOSE,
                new Endpoint("0x" + fields[3], Long.parseLong(fields[2])),
                null,
                Long.parseLong(fields[9]),
                null);
    }

    /** {@code sk RefCnt Type Proto Iface R Rmem User Inode}. */
    private SocketInfo packet(String table, String[] fields) {
        return row(
                table,
                Family.PACKET,
                Protocols.type(Integer.parseInt(fields[2])),
                State.CLOSE,
                new Endpoint(fields[4], Long.parseLong(fields[3], HEX)),
                null,
                Long.parseLong(fields[8]),
                Long.valueOf(fields[7]));
    }

    private SocketInfo row(
            String table,
            Family family,
            String protocol,
            State state,
            @Nullable Endpoint local,
            @Nullable Endpoint remote,
            long inode,
            @Nullable Long uid) {
        boolean orphan = inode == 0 && state == State.TIME_WAIT;
        return new SocketInfo(
                null,
                family,
                protocol,
                state,
                local,
                remote,
                inode,
                orphan ? null : uid,
                namespace,
                inode == 0 ? List.of() : holders.getOrDefault(inode, List.of()),
                new Provenance(List.of("net/" + table), List.of()));
    }
}
