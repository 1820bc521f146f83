package io.memflow.core.os;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One socket.
 *
 * @param address virtual address of the kernel's own object; null from a system that does not show it
 * @param family what its addresses are
 * @param protocol {@code tcp}, {@code udp}, {@code raw} and so on; {@code stream}, {@code dgram} or {@code seqpacket} of a
 *     Unix socket; the netlink family's name; null when it could not be read
 * @param state of its connection; {@link State#CLOSE} for a socket without one
 * @param local where it is bound; null when it is not, or it could not be read
 * @param remote what it is connected to; null when it is not, or it could not be read
 * @param inode its number, as in {@code socket:[77]}; 0 when no process can hold it any more; null when unknown
 * @param uid user id of its owner, in the machine's initial namespace; null when unknown
 * @param namespace number of the network namespace it lives in; null when there is none or it could not be read
 * @param holders ids of the processes that have it open, ascending
 */
public record SocketInfo(
        @Nullable Long address,
        Family family,
        @Nullable String protocol,
        State state,
        @Nullable Endpoint local,
        @Nullable Endpoint remote,
        @Nullable Long inode,
        @Nullable Long uid,
        @Nullable Long namespace,
        List<Integer> holders,
        Provenance provenance)
        implements Row {
    public SocketInfo {
        holders = List.copyOf(holders);
    }

    /** What a socket's addresses are. */
    public enum Family {
        INET,
        INET6,
        UNIX,
        NETLINK,
        PACKET,
        OTHER
    }

    /** State of a connection, RFC 9293 section 3.3.2. */
    public enum State {
        ESTABLISHED,
        SYN_SENT,
        SYN_RECEIVED,
        FIN_WAIT_1,
        FIN_WAIT_2,
        TIME_WAIT,
        CLOSE,
        CLOSE_WAIT,
        LAST_ACK,
        LISTEN,
        CLOSING,
        UNKNOWN
    }

    /**
     * One end of a connection.
     *
     * @param address an IP address in its usual form; path of a Unix socket, {@code @} standing for zero bytes of an
     *     abstract one; multicast groups of a netlink socket, hexadecimal; name of a packet socket's interface
     * @param port port of TCP and UDP; protocol of a raw socket; inode of a Unix socket; port id of a netlink socket;
     *     Ethernet protocol of a packet socket
     */
    public record Endpoint(String address, long port) {}
}
