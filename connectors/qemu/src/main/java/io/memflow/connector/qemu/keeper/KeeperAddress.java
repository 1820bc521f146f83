package io.memflow.connector.qemu.keeper;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** The address of a socket as words of a command line. Stateless. */
public final class KeeperAddress {
    private static final String UNIX = "unix";
    private static final String TCP = "tcp";

    private KeeperAddress() {}

    /** Three words; a relative path is made absolute, since a keeper may work elsewhere. */
    public static List<String> words(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress unix) {
            return List.of(UNIX, unix.getPath().toAbsolutePath().toString(), "0");
        }
        if (address instanceof InetSocketAddress tcp) {
            String host =
                    tcp.isUnresolved() ? tcp.getHostString() : tcp.getAddress().getHostAddress();
            return List.of(TCP, host, Integer.toString(tcp.getPort()));
        }
        throw new IllegalArgumentException("neither a Unix socket nor a port: " + address);
    }

    /** The address that three words mean. */
    public static SocketAddress parse(String kind, String place, String port) {
        return kind.equals(UNIX)
                ? UnixDomainSocketAddress.of(Path.of(place))
                : new InetSocketAddress(place, Integer.parseInt(port));
    }
}
