package io.memflow.formats.socket;

import io.memflow.core.os.SocketInfo.State;

/** States of connections by Linux' numbers for them (include/net/tcp_states.h). Stateless. */
public final class ConnectionStates {
    /** {@code TCP_ESTABLISHED} is 1; 12 is {@code TCP_NEW_SYN_RECV}, a connection that is being opened. */
    private static final State[] STATES = {
        State.UNKNOWN,
        State.ESTABLISHED,
        State.SYN_SENT,
        State.SYN_RECEIVED,
        State.FIN_WAIT_1,
        State.FIN_WAIT_2,
        State.TIME_WAIT,
        State.CLOSE,
        State.CLOSE_WAIT,
        State.LAST_ACK,
        State.LISTEN,
        State.CLOSING,
        State.SYN_RECEIVED
    };

    private ConnectionStates() {}

    /** The state of a number; {@link State#UNKNOWN} for a number that is none. */
    public static State of(int number) {
        return number >= 0 && number < STATES.length ? STATES[number] : State.UNKNOWN;
    }
}
