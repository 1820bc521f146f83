package io.memflow.os.windows.synthetic;

import io.memflow.core.os.SocketInfo.Endpoint;
import io.memflow.core.os.SocketInfo.Family;
import io.memflow.core.os.SocketInfo.State;
import org.jspecify.annotations.Nullable;

/**
 * A socket, as it was built.
 *
 * @param address virtual address of the object
 * @param protocol {@code tcp} or {@code udp}
 * @param family of its addresses
 * @param state of its connection
 * @param local where it is bound; null when it is not
 * @param remote what it is connected to; null when it is not
 * @param owner id of its process
 */
public record SyntheticSocket(
        long address,
        String protocol,
        Family family,
        State state,
        @Nullable Endpoint local,
        @Nullable Endpoint remote,
        long owner) {}
