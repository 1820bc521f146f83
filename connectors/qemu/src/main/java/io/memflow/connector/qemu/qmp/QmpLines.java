package io.memflow.connector.qemu.qmp;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lines of bytes over a socket, each read and write bounded by a deadline. A selector is used because unix domain
 * sockets have no receive timeout in Java. Confined: {@link QmpClient} holds a lock around each exchange; only
 * {@link #close} may come from another thread.
 */
final class QmpLines implements AutoCloseable {
    /** Cap on one line. The longest known answer, {@code query-qmp-schema}, stays below 1 MiB. */
    static final int MAX_LINE = 8 << 20;

    private static final int BUFFER = 64 << 10;

    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER).flip();

    private QmpLines(SocketChannel channel, Selector selector, SelectionKey key) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
    }

    /** Takes over a connected or connecting channel; closes it when that fails. */
    static QmpLines over(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            return new QmpLines(channel, selector, channel.register(selector, 0));
        } catch (IOException e) {
            closeAfter(channel, e);
            throw failure("QEMU's monitor connection cannot be used: " + e.getMessage(), e);
        }
    }

    static QmpLines connect(SocketAddress address, long deadline) {
        SocketChannel channel;
        try {
            channel = address instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
        } catch (IOException e) {
            throw failure("No socket could be opened: " + e.getMessage(), e);
        }
        QmpLines lines = over(channel);
        try {
            if (!channel.connect(address)) {
                lines.await(SelectionKey.OP_CONNECT, deadline);
                channel.finishConnect();
            }
            return lines;
        } catch (IOException e) {
            closeAfter(lines, e);
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.TARGET_NOT_FOUND,
                    "No QEMU monitor answers at %s (%s): start QEMU with -qmp unix:PATH,server=on,wait=off."
                            .formatted(address, e.getMessage()),
                    e);
        } catch (MemflowException e) {
            closeAfter(lines, e);
            throw e;
        }
    }

    /** The {@link System#nanoTime} at which a wait of {@code timeout} from now ends. */
    static long deadline(Duration timeout) {
        Duration wait = timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
        return System.nanoTime() + wait.toNanos();
    }

    void write(byte[] bytes, long deadline) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            while (rest.hasRemaining()) {
                if (channel.write(rest) == 0) {
                    await(SelectionKey.OP_WRITE, deadline);
                }
            }
        } catch (IOException e) {
            throw failure("A command could not be sent to QEMU's monitor: " + e.getMessage(), e);
        }
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
                throw failure("QEMU's monitor sent a line of more than %d bytes.".formatted(MAX_LINE), null);
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
            int count = channel.read(received);
            while (count == 0) {
                await(SelectionKey.OP_READ, deadline);
                count = channel.read(received);
            }
            if (count < 0) {
                throw failure("QEMU closed its monitor: it ended, or another client took over.", null);
            }
        } catch (IOException e) {
            throw failure("QEMU's monitor could not be read: " + e.getMessage(), e);
        } finally {
            received.flip();
        }
    }

    private void await(int operation, long deadline) throws IOException {
        try {
            key.interestOps(operation);
            while (true) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw failure(
                            "QEMU's monitor did not answer in time: it serves one client at a time,"
                                    + " so end any other client of this socket.",
                            null);
                }
                selector.selectedKeys().clear();
                if (selector.select(Math.max(1, Duration.ofNanos(left).toMillis())) > 0) {
                    return;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw failure("The wait for QEMU's monitor was interrupted.", null);
                }
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw failure("The connection to QEMU's monitor is closed.", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            selector.close();
        }
    }

    private static void closeAfter(AutoCloseable resource, Exception cause) {
        try {
            resource.close();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    private static MemflowException failure(String message, @Nullable Throwable cause) {
        return new MemflowException(ErrorOrigin.CONNECTOR, ErrorKind.UNKNOWN, message, cause);
    }
}
