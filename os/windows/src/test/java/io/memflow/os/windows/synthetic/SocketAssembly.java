package io.memflow.os.windows.synthetic;

import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.os.SocketInfo.Family;
import io.memflow.core.os.SocketInfo.State;
import io.memflow.os.windows.network.PublishedSockets;
import io.memflow.os.windows.network.SocketKind;
import io.memflow.os.windows.network.SocketLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds what {@code tcpip.sys} keeps of sockets, by a published layout of the build; builds without one have none. Beside each
 * lies one that was freed and whose owner is gone. Confined.
 */
final class SocketAssembly {
    /** Behind the last member that the layouts know. */
    private static final int TAIL = 0x20;

    private static final int LOCAL_BYTES = 0x20;
    private static final int PAIR_BYTES = 0x20;
    private static final int FAMILY_BYTES = 0x20;
    /** {@code AF_INET} and {@code AF_INET6}, ws2def.h. */
    private static final int INET = 2;

    private static final int INET6 = 23;
    private static final int ESTABLISHED = 4;
    private static final int CLOSE_WAIT = 7;
    private static final int OWNERS = 4;

    private final Machine machine;
    private final SyntheticSpace kernel;
    private final PublishedSockets.Version version;
    private final List<SyntheticSocket> made = new ArrayList<>();
    private final long inet;
    private final long inet6;

    private SocketAssembly(Machine machine, PublishedSockets.Version version) {
        this.machine = machine;
        this.version = version;
        kernel = machine.kernel();
        int family = version.layout(SocketKind.LISTENER).family();
        inet = block(FAMILY_BYTES, "InAF");
        kernel.put16(inet + family, INET);
        inet6 = block(FAMILY_BYTES, "InAF");
        kernel.put16(inet6 + family, INET6);
    }

    static List<SyntheticSocket> build(Machine machine, List<SyntheticProcess> processes) {
        List<PublishedSockets.Version> versions =
                PublishedSockets.of(machine.options().architecture.table(), machine.build());
        if (versions.isEmpty()) {
            return List.of();
        }
        SocketAssembly assembly = new SocketAssembly(machine, versions.get(machine.options().socketVersion));
        processes.stream()
                .filter(process -> process.exitTime() == 0)
                .limit(OWNERS)
                .forEach(assembly::all);
        return assembly.made;
    }

    private void all(SyntheticProcess owner) {
        int port = 1024 + (int) owner.id();
        listener(owner, Family.INET, null, port);
        listener(owner, Family.INET6, null, port);
        listener(owner, Family.INET, "127.0.0.1", port + 1);
        connection(owner, Family.INET, ESTABLISHED, new Endpoint("10.0.0.7", port), new Endpoint("192.0.2.9", 443));
        connection(owner, Family.INET6, CLOSE_WAIT, new Endpoint("fe80::7", port), new Endpoint("2001:db8::9", 0xC001));
        datagram(owner, Family.INET, null, port);
        datagram(owner, Family.INET6, "::1", port + 2);
        block(0x40, "TcpL");
    }

    private void listener(SyntheticProcess owner, Family family, @Nullable String address, int port) {
        bound(SocketKind.LISTENER, "TcpL", owner, family, address, port, State.LISTEN);
    }

    private void datagram(SyntheticProcess owner, Family family, @Nullable String address, int port) {
        bound(SocketKind.DATAGRAM, "UdpA", owner, family, address, port, State.CLOSE);
    }

    private void bound(
            SocketKind kind,
            String tag,
            SyntheticProcess owner,
            Family family,
            @Nullable String address,
            int port,
            State state) {
        SocketLayout layout = version.layout(kind);
        long at = object(layout, tag, owner.address(), family);
        if (address != null) {
            long local = layout.form() == SocketLayout.AddressForm.DIRECT
                    ? pointerTo(bytes(address))
                    : local(address, layout);
            kernel.pointer(at + layout.address(), local);
        }
        port(at + layout.localPort(), port);
        String any = family == Family.INET ? "0.0.0.0" : "::";
        made.add(new SyntheticSocket(
                at,
                kind == SocketKind.DATAGRAM ? "udp" : "tcp",
                family,
                state,
                new Endpoint(address == null ? any : address, port),
                null,
                owner.id()));
    }

    private void connection(SyntheticProcess owner, Family family, int state, Endpoint local, Endpoint remote) {
        SocketLayout layout = version.layout(SocketKind.ENDPOINT);
        long at = connection(layout, owner.address(), family, state, local, remote);
        // It was freed, and its process is gone.
        connection(layout, inet, family, state, local, remote);
        made.add(new SyntheticSocket(
                at,
                "tcp",
                family,
                state == ESTABLISHED ? State.ESTABLISHED : State.CLOSE_WAIT,
                local,
                remote,
                owner.id()));
    }

    private long connection(
            SocketLayout layout, long owner, Family family, int state, Endpoint local, Endpoint remote) {
        long at = object(layout, "TcpE", owner, family);
        long pair = block(PAIR_BYTES, "TcpA");
        kernel.pointer(pair, local(local.address(), layout));
        kernel.pointer(pair + layout.remote(), bytes(remote.address()));
        kernel.pointer(at + layout.address(), pair);
        kernel.put32(at + layout.state(), state);
        port(at + layout.localPort(), (int) local.port());
        port(at + layout.remotePort(), (int) remote.port());
        return at;
    }

    private long object(SocketLayout layout, String tag, long owner, Family family) {
        long at = block(layout.leastBytes(machine.pointer()) + TAIL, tag);
        kernel.pointer(at + layout.inetAf(), family == Family.INET ? inet : inet6);
        kernel.pointer(at + layout.owner(), owner);
        if (layout.created() != SocketLayout.NONE) {
            kernel.put64(at + layout.created(), Machine.NOW);
        }
        return at;
    }

    private long local(String address, SocketLayout layout) {
        long local = block(LOCAL_BYTES, "IPla");
        kernel.pointer(local + layout.data(), pointerTo(bytes(address)));
        return local;
    }

    private long pointerTo(long place) {
        long pointer = block(Long.BYTES, "IPpp");
        kernel.pointer(pointer, place);
        return pointer;
    }

    private long bytes(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            long at = block(bytes.length, "IPad");
            kernel.bytes(at, bytes);
            return at;
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(address, impossible);
        }
    }

    /** Ports are kept in network order. */
    private void port(long at, int port) {
        kernel.put8(at, port >>> Byte.SIZE);
        kernel.put8(at + 1, port);
    }

    private long block(int bytes, String tag) {
        return machine.nonPaged().allocate(bytes, tag);
    }
}
