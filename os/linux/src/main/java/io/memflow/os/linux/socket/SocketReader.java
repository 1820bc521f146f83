package io.memflow.os.linux.socket;

import io.memflow.core.os.FieldReader;
import io.memflow.core.os.SocketInfo;
import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.os.SocketInfo.Family;
import io.memflow.core.os.SocketInfo.State;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.formats.socket.ConnectionStates;
import io.memflow.formats.socket.Protocols;
import io.memflow.os.linux.structure.Kernel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one {@code struct sock} (include/net/sock.h), or the smaller stand-ins of closing and opening ones. Thread-safe. */
final class SocketReader {
    /** Address families, include/linux/socket.h. */
    private static final int UNIX = 1;

    private static final int INET = 2;
    private static final int INET6 = 10;
    private static final int NETLINK = 16;
    private static final int PACKET = 17;

    private static final int TIME_WAIT = 6;
    private static final int NEW_SYN_RECEIVED = 12;

    private final NetNamespaces namespaces;
    private final KernelField family;
    private final KernelField state;
    private final KernelField net;
    private final KernelField socket;
    private final Optional<KernelField> owner;
    private final WhenKnown<KernelField> inodeOwner;
    private final WhenKnown<KernelField> protocolNumber;
    private final WhenKnown<KernelField> type;
    private final long inodeInSocket;
    private final KernelField inodeNumber;
    private final InternetEnds internet;
    private final LocalEnds local;

    SocketReader(Kernel kernel, NetNamespaces namespaces) {
        this.namespaces = namespaces;
        family = kernel.field("sock_common", "skc_family");
        state = kernel.field("sock_common", "skc_state");
        net = kernel.field("sock_common", "skc_net.net");
        socket = kernel.field("sock", "sk_socket");
        owner = kernel.optionalField("sock", "sk_uid.val");
        inodeOwner = new WhenKnown<>(() -> kernel.field("inode", "i_uid.val"));
        protocolNumber = new WhenKnown<>(() -> kernel.field("sock", "sk_protocol"));
        type = new WhenKnown<>(() -> kernel.field("sock", "sk_type"));
        inodeInSocket = kernel.field("socket_alloc", "vfs_inode").place().offset();
        inodeNumber = kernel.field("inode", "i_ino");
        internet = new InternetEnds(kernel);
        local = new LocalEnds(kernel, this::inode);
    }

    /**
     * The row of one socket.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when not even its family can be read
     */
    SocketInfo read(long sock, List<Integer> holders, List<String> sources) {
        FieldReader fields = new FieldReader();
        int number = (int) family.unsigned(sock);
        int stateNumber = fields.readOr("skc_state", 0, () -> (int) state.unsigned(sock));
        State shown = ConnectionStates.of(stateNumber);
        Long namespace = fields.read("skc_net", () -> namespaces.number(net.pointer(sock)));
        boolean isInternet = number == INET || number == INET6;
        if (isInternet && (stateNumber == TIME_WAIT || stateNumber == NEW_SYN_RECEIVED)) {
            // inet_timewait_sock and inet_request_sock share only sock_common with a whole socket, and have no inode.
            return new SocketInfo(
                    sock,
                    family(number),
                    "tcp",
                    shown,
                    fields.read("local address", () -> internet.local(sock, number == INET6)),
                    fields.read("remote address", () -> internet.remote(sock, number == INET6)),
                    0L,
                    null,
                    namespace,
                    holders,
                    fields.provenance(sources));
        }
        return new SocketInfo(
                sock,
                family(number),
                fields.read("sk_protocol", () -> protocol(number, sock)),
                shown,
                fields.read("local address", () -> localEnd(number, sock)),
                fields.read("remote address", () -> remoteEnd(number, sock, shown)),
                fields.read("inode", () -> inode(sock)),
                fields.read("sk_uid", () -> owner(sock)),
                namespace,
                holders,
                fields.provenance(sources));
    }

    /** Number of the inode that belongs to a socket; 0 when it has none any more. */
    private long inode(long sock) {
        long own = socket.pointer(sock);
        return own == 0 ? 0 : inodeNumber.unsigned(own + inodeInSocket);
    }

    /** Where the socket's own note of it is not known, its inode's, which is the same until somebody changes that. */
    private @Nullable Long owner(long sock) {
        if (owner.isPresent()) {
            return owner.get().unsigned(sock);
        }
        long own = socket.pointer(sock);
        return own == 0 ? null : Long.valueOf(inodeOwner.get().unsigned(own + inodeInSocket));
    }

    private static Family family(int number) {
        return switch (number) {
            case UNIX -> Family.UNIX;
            case INET -> Family.INET;
            case INET6 -> Family.INET6;
            case NETLINK -> Family.NETLINK;
            case PACKET -> Family.PACKET;
            default -> Family.OTHER;
        };
    }

    private String protocol(int number, long sock) {
        int kind = (int) type.get().unsigned(sock);
        int protocol = (int) protocolNumber.get().unsigned(sock);
        return switch (number) {
            case INET, INET6 -> Protocols.internet(kind, protocol);
            case NETLINK -> Protocols.netlink(protocol);
            case UNIX, PACKET -> Protocols.type(kind);
            default -> Protocols.other(number);
        };
    }

    private @Nullable Endpoint localEnd(int number, long sock) {
        return switch (number) {
            case INET, INET6 -> internet.local(sock, number == INET6);
            case UNIX -> local.unix(sock);
            case NETLINK -> local.netlink(sock);
            case PACKET -> local.packet(sock);
            default -> null;
        };
    }

    private @Nullable Endpoint remoteEnd(int number, long sock, State shown) {
        return switch (number) {
            case INET, INET6 -> {
                Endpoint end = internet.remote(sock, number == INET6);
                boolean connected = end.port() != 0 || !internet.isUnspecified(sock, number == INET6);
                yield connected && shown != State.LISTEN ? end : null;
            }
            case UNIX -> local.unixPeer(sock);
            case NETLINK -> local.netlinkPeer(sock);
            default -> null;
        };
    }
}
