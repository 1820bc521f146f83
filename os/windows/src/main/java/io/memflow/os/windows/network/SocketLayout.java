package io.memflow.os.windows.network;

/**
 * Where members of one kind of object lie, by the names that volatility gives them. Offsets in bytes; {@link #NONE} for what
 * the kind does not have or whose place is not published. Immutable.
 *
 * @param kind of object
 * @param form how addresses are led to
 * @param inetAf {@code InetAF}: what kind of addresses it has
 * @param family {@code AddressFamily} in what that points to
 * @param owner {@code Owner}: the {@code EPROCESS} that made it
 * @param created {@code CreateTime}
 * @param address {@code AddrInfo} or {@code LocalAddr}
 * @param data {@code pData} in a local address
 * @param remote {@code Remote} in what {@code AddrInfo} points to
 * @param state {@code State}
 * @param localPort {@code LocalPort} or {@code Port}, in network order
 * @param remotePort {@code RemotePort}, in network order
 */
public record SocketLayout(
        SocketKind kind,
        AddressForm form,
        int inetAf,
        int family,
        int owner,
        int created,
        int address,
        int data,
        int remote,
        int state,
        int localPort,
        int remotePort) {
    /** Stands for a place that there is not. */
    public static final int NONE = -1;

    /** How addresses are led to. */
    public enum AddressForm {
        /** {@code AddrInfo}: both ends. */
        PAIR,
        /** {@code LocalAddr}, a structure that has a pointer to a pointer to the bytes. */
        LOCAL,
        /** {@code LocalAddr}, a pointer to the bytes: of UDP in 10 on x64. */
        DIRECT
    }

    /** Bytes that the object has at least. */
    public int leastBytes(int pointerBytes) {
        int end = Math.max(Math.max(inetAf, owner), address) + pointerBytes;
        end = Math.max(end, created + Long.BYTES);
        return Math.max(end, Math.max(localPort, remotePort) + Short.BYTES);
    }
}
