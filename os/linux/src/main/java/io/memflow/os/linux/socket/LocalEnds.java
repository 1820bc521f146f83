package io.memflow.os.linux.socket;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.KernelField;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Names of Unix, netlink and packet sockets. Thread-safe. */
final class LocalEnds {
    /** {@code UNIX_PATH_MAX}, include/uapi/linux/un.h. */
    private static final int LONGEST_PATH = 108;

    private static final char ABSTRACT = '@';

    private final MemoryView memory;
    private final LongUnaryOperator inode;
    private final KernelField unixAddress;
    private final KernelField unixPeer;
    private final KernelField addressLength;
    private final KernelField addressName;
    private final KernelField pathInName;
    private final KernelField portId;
    private final KernelField peerPortId;
    private final KernelField groups;
    private final KernelField groupCount;
    private final Optional<KernelField> packetInterface;
    private final Optional<KernelField> packetProtocol;

    /**
     * @param inode number of the inode of the {@code struct sock} at a virtual address
     */
    LocalEnds(Kernel kernel, LongUnaryOperator inode) {
        this.inode = inode;
        memory = kernel.memory();
        unixAddress = kernel.field("unix_sock", "addr");
        unixPeer = kernel.field("unix_sock", "peer");
        addressLength = kernel.field("unix_address", "len");
        addressName = kernel.field("unix_address", "name");
        pathInName = kernel.field("sockaddr_un", "sun_path");
        portId = kernel.field("netlink_sock", "portid");
        peerPortId = kernel.field("netlink_sock", "dst_portid");
        groups = kernel.field("netlink_sock", "groups");
        groupCount = kernel.field("netlink_sock", "ngroups");
        // Packet sockets may be a module, whose types are not among the kernel's.
        packetInterface = kernel.optionalField("packet_sock", "ifindex");
        packetProtocol = kernel.optionalField("packet_sock", "num");
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
        long peer = unixPeer.pointer(sock);
        if (peer == 0) {
            return null;
        }
        String path = path(peer);
        return new Endpoint(path == null ? "" : path, inode.applyAsLong(peer));
    }

    private @Nullable String path(long sock) {
        long address = unixAddress.pointer(sock);
        if (address == 0) {
            return null;
        }
        long before = pathInName.place().offset();
        int length = Math.clamp(addressLength.unsigned(address) - before, 0, LONGEST_PATH);
        byte[] path = memory.readBytes(addressName.at(address) + before, length);
        boolean isAbstract = length > 0 && path[0] == 0;
        int end = isAbstract || length == 0 || path[length - 1] != 0 ? length : length - 1;
        String text = new String(path, 0, end, StandardCharsets.UTF_8);
        return isAbstract ? text.replace('\0', ABSTRACT) : text;
    }

    /** Port id and the first multicast groups of a netlink socket, as {@code /proc/net/netlink} shows them. */
    Endpoint netlink(long sock) {
        long set = groups.pointer(sock);
        boolean any = set != 0 && groupCount.unsigned(sock) != 0;
        long first = any ? memory.readUnsigned(set, Integer.BYTES) : 0;
        return new Endpoint("0x%08x".formatted(first), portId.unsigned(sock));
    }

    /** Where a connected netlink socket sends to; null when that is the kernel, as usual. */
    @Nullable
    Endpoint netlinkPeer(long sock) {
        long peer = peerPortId.unsigned(sock);
        return peer == 0 ? null : new Endpoint("", peer);
    }

    /** Interface number and Ethernet protocol of a packet socket. */
    @Nullable
    Endpoint packet(long sock) {
        if (packetInterface.isEmpty() || packetProtocol.isEmpty()) {
            return null;
        }
        byte[] protocol = memory.readBytes(packetProtocol.get().at(sock), Short.BYTES);
        return new Endpoint(
                Long.toString(packetInterface.get().unsigned(sock)),
                (protocol[0] & 0xFF) << Byte.SIZE | (protocol[1] & 0xFF));
    }
}
