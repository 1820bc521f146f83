package io.memflow.os.windows.network;

import io.memflow.os.windows.pool.PoolTag;
import java.util.Arrays;
import java.util.List;

/** Kinds of objects that {@code tcpip.sys} keeps of sockets, with the tags of their pool memory. */
public enum SocketKind {
    /** A connection. The second tag is that of 20348 and later (volatility3, windows.netscan). */
    ENDPOINT("endpoint", "tcp", PoolTag.of("TcpE"), PoolTag.of("TTcb")),
    /** A port that connections are waited for at. */
    LISTENER("listener", "tcp", PoolTag.of("TcpL")),
    DATAGRAM("datagram", "udp", PoolTag.of("UdpA"));

    private final String word;
    private final String protocol;

    @SuppressWarnings("ImmutableEnumChecker") // A list that cannot be changed, of records of numbers.
    private final List<PoolTag> tags;

    SocketKind(String word, String protocol, PoolTag... tags) {
        this.word = word;
        this.protocol = protocol;
        this.tags = List.of(tags);
    }

    /** As the table of published layouts names it. */
    String word() {
        return word;
    }

    String protocol() {
        return protocol;
    }

    /** The tags of all kinds. */
    static PoolTag[] tags() {
        return Arrays.stream(values()).flatMap(kind -> kind.tags.stream()).toArray(PoolTag[]::new);
    }

    boolean has(PoolTag tag) {
        return tags.contains(tag);
    }
}
