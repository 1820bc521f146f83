package io.memflow.os.linux.socket;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.structure.KernelField;
import io.memflow.formats.socket.IpText;
import io.memflow.os.linux.structure.Kernel;
import java.util.Optional;

/** Addresses and ports of TCP, UDP and raw sockets: {@code struct sock_common}. Thread-safe. */
final class InternetEnds {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private final MemoryView memory;
    private final KernelField localPort;
    private final KernelField remotePort;
    private final KernelField local4;
    private final KernelField remote4;
    private final Optional<KernelField> local6;
    private final Optional<KernelField> remote6;

    InternetEnds(Kernel kernel) {
        memory = kernel.memory();
        localPort = kernel.field("sock_common", "skc_num");
        remotePort = kernel.field("sock_common", "skc_dport");
        local4 = kernel.field("sock_common", "skc_rcv_saddr");
        remote4 = kernel.field("sock_common", "skc_daddr");
        // Only in kernels built with IPv6.
        local6 = kernel.optionalField("sock_common", "skc_v6_rcv_saddr");
        remote6 = kernel.optionalField("sock_common", "skc_v6_daddr");
    }

    Endpoint local(long sock, boolean version6) {
        return new Endpoint(text(sock, version6, local4, local6), localPort.unsigned(sock));
    }

    Endpoint remote(long sock, boolean version6) {
        byte[] port = memory.readBytes(remotePort.at(sock), Short.BYTES);
        // In network order whatever the machine's own is.
        return new Endpoint(text(sock, version6, remote4, remote6), (port[0] & 0xFF) << Byte.SIZE | (port[1] & 0xFF));
    }

    /** Whether the remote address is all zeros. */
    boolean isUnspecified(long sock, boolean version6) {
        for (byte part : bytes(sock, version6, remote4, remote6)) {
            if (part != 0) {
                return false;
            }
        }
        return true;
    }

    private String text(long sock, boolean version6, KernelField field4, Optional<KernelField> field6) {
        byte[] bytes = bytes(sock, version6, field4, field6);
        return bytes.length == IPV6_BYTES ? IpText.version6(bytes) : IpText.version4(bytes);
    }

    private byte[] bytes(long sock, boolean version6, KernelField field4, Optional<KernelField> field6) {
        return version6 && field6.isPresent()
                ? memory.readBytes(field6.get().at(sock), IPV6_BYTES)
                : memory.readBytes(field4.at(sock), IPV4_BYTES);
    }
}
