package io.memflow.connector.qemu.qmp;

import io.memflow.connector.qemu.socket.Peer;
import io.memflow.connector.qemu.socket.TimedChannel;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Lines of bytes over a socket, each read and write bounded by a deadline. Confined: {@link QmpClient} holds a lock around
 * each exchange; only {@link #close} may come from another thread.
 */
final class QmpLines implements AutoCloseable {
    /** Cap on one line. The longest known answer, {@code query-qmp-schema}, stays below 1 MiB. */
    static final int MAX_LINE = 8 << 20;

    private static final int BUFFER = 64 << 10;

    private static final Peer MONITOR = new Peer(
            "QEMU's monitor",
            "start QEMU with -qmp unix:PATH,server=on,wait=off",
            "it serves one client at a time, so end any other client of this socket");

    private final TimedChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER).flip();

    private QmpLines(TimedChannel channel) {
        this.channel = channel;
    }

    /** Takes over a connected or connecting channel; closes it when that fails. */
    static QmpLines over(SocketChannel channel) {
        return new QmpLines(TimedChannel.over(channel, MONITOR));
    }

    static QmpLines connect(SocketAddress address, long deadline) {
        return new QmpLines(TimedChannel.connect(address, MONITOR, deadline));
    }

    void write(byte[] bytes, long deadline) {
        channel.write(ByteBuffer.wrap(bytes), deadline);
    }

    /** The next line without its line feed. */
    byte[] readLine(long deadline) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (!received.hasRemaining()) {
                fill(deadline);
            }
            int start = received.position();
            int end = start;
            while (end < received.limit() && received.get(end) != '\n') {
                end++;
            }
            line.write(received.array(), start, end - start);
            if (line.size() > MAX_LINE) {
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.UNKNOWN,
                        "QEMU's monitor sent a line of more than %d bytes.".formatted(MAX_LINE));
            }
            if (end < received.limit()) {
                received.position(end + 1);
                return line.toByteArray();
            }
            received.position(end);
        }
    }

    private void fill(long deadline) {
        received.clear();
        try {
            channel.read(received, deadline);
        } finally {
            received.flip();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
