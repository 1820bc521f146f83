package io.memflow.os.linux.socket;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.linux.structure.Kernel;
import java.nio.charset.StandardCharsets;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Names of Unix, netlink and packet sockets. Thread-safe. */
final class LocalEnds {
    /** {@code UNIX_PATH_MAX}, include/uapi/linux/un.h. */
    private static final int LONGEST_PATH = 108;

    private static final char ABSTRACT = '@';

    private final MemoryView memory;
    private final LongUnaryOperator inode;
    private final WhenKnown<KernelField> unixAddress;
    private final WhenKnown<KernelField> unixPeer;
    private final WhenKnown<KernelField> addressLength;
    private final WhenKnown<KernelField> addressName;
    private final WhenKnown<KernelField> pathInName;
    private final WhenKnown<Netlink> netlink;
    private final WhenKnown<KernelField> packetInterface;
    private final WhenKnown<KernelField> packetProtocol;

    /** Members of {@code netlink_sock}. */
    private record Netlink(KernelField portId, KernelField peerPortId, KernelField groups, KernelField groupCount) {}

    /**
     * @param inode number of the inode of the {@code struct sock} at a virtual address
     */
    LocalEnds(Kernel kernel, LongUnaryOperator inode) {
        this.inode = inode;
        memory = kernel.memory();
        unixAddress = new WhenKnown<>(() -> kernel.field("unix_sock", "addr"));
        unixPeer = new WhenKnown<>(() -> kernel.field("unix_sock", "peer"));
        addressLength = new WhenKnown<>(() -> kernel.field("unix_address", "len"));
        addressName = new WhenKnown<>(() -> kernel.field("unix_address", "name"));
        pathInName = new WhenKnown<>(() -> kernel.field("sockaddr_un", "sun_path"));
        netlink = new WhenKnown<>(() -> new Netlink(
                kernel.field("netlink_sock", "portid"),
                kernel.field("netlink_sock", "dst_portid"),
                kernel.field("netlink_sock", "groups"),
                kernel.field("netlink_sock", "ngroups")));
        // Packet sockets may be a module, whose types are not among the kernel's.
        packetInterface = new WhenKnown<>(() -> kernel.field("packet_sock", "ifindex"));
        packetProtocol = new WhenKnown<>(() -> kernel.field("packet_sock", "num"));
    }

    /** The path a Unix socket is bound to; null when it is not. */
    @Nullable
    Endpoint unix(long sock) {
        String path = path(sock);
        return path == null ? null : new Endpoint(path, inode.applyAsLong(sock));
    }

    /** The other end of a Unix socket; null when it is not connected. */
    @Nullable
    Endpoint unixPeer(long sock) {
        long peer = unixPeer.get().pointer(sock);
        if (peer == 0) {
            return null;
        }
        String path = path(peer);
        return new Endpoint(path == null ? "" : path, inode.applyAsLong(peer));
    }

    private @Nullable String path(long sock) {
        long address = unixAddress.get().pointer(sock);
        if (address == 0) {
            return null;
        }
        long before = pathInName.get().place().offset();
        int length = Math.clamp(addressLength.get().unsigned(address) - before, 0, LONGEST_PATH);
        byte[] path = memory.readBytes(addressName.get().at(address) + before, length);
        boolean isAbstract = length > 0 && path[0] == 0;
        int end = isAbstract || length == 0 || path[length - 1] != 0 ? length : length - 1;
        String text = new String(path, 0, end, StandardCharsets.UTF_8);
        return isAbstract ? text.replace('\0', ABSTRACT) : text;
    }

    /** Port id and the first multicast groups of a netlink socket, as {@code /proc/net/netlink} shows them. */
    Endpoint netlink(long sock) {
        Netlink known = netlink.get();
        long set = known.groups.pointer(sock);
        boolean any = set != 0 && known.groupCount.unsigned(sock) != 0;
        long first = any ? memory.readUnsigned(set, Integer.BYTES) : 0;
        return new Endpoint("0x%08x".formatted(first), known.portId.unsigned(sock));
    }

    /** Where a connected netlink socket sends to; null when that is the kernel, as usual. */
    @Nullable
    Endpoint netlinkPeer(long sock) {
        long peer = netlink.get().peerPortId.unsigned(sock);
        return peer == 0 ? null : new Endpoint("", peer);
    }

    /** Interface number and Ethernet protocol of a packet socket. */
    Endpoint packet(long sock) {
        byte[] protocol = memory.readBytes(packetProtocol.get().at(sock), Short.BYTES);
        return new Endpoint(
                Long.toString(packetInterface.get().unsigned(sock)),
                (protocol[0] & 0xFF) << Byte.SIZE | (protocol[1] & 0xFF));
    }
}
