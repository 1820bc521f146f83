package io.memflow.os.windows.network;

import io.memflow.core.os.SocketInfo.State;
import java.util.Optional;

/** States of connections by the numbers that {@code tcpip.sys} has for them (volatility3, netscan-*.json, TCPStateEnum). Stateless. */
final class ConnectionNumbers {
    private static final State[] STATES = {
        State.CLOSE,
        State.LISTEN,
        State.SYN_SENT,
        State.SYN_RECEIVED,
        State.ESTABLISHED,
        State.FIN_WAIT_1,
        State.FIN_WAIT_2,
        State.CLOSE_WAIT,
        State.CLOSING,
        State.LAST_ACK
    };

    private static final int TIME_WAIT = 12;
    /** {@code DELETE_TCB}: closed, and about to be freed. */
    private static final int DELETED = 13;

    private ConnectionNumbers() {}

    /** The state of a number; empty for a number that is none. */
    static Optional<State> state(long number) {
        if (number >= 0 && number < STATES.length) {
            return Optional.of(STATES[(int) number]);
        }
        return number == TIME_WAIT
                ? Optional.of(State.TIME_WAIT)
                : number == DELETED ? Optional.of(State.CLOSE) : Optional.empty();
    }
}
