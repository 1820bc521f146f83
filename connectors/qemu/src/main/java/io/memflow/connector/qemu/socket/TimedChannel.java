package io.memflow.connector.qemu.socket;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
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
 * Bytes over a socket, each read and write bounded by a deadline, which is a {@link System#nanoTime}. A selector is used
 * because Unix domain sockets have no receive timeout in Java. Confined to one thread at a time; only {@link #close} may
 * come from another.
 */
public final class TimedChannel implements AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Peer peer;

    private TimedChannel(SocketChannel channel, Selector selector, SelectionKey key, Peer peer) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
        this.peer = peer;
    }

    /**
     * Takes over a connected or connecting channel, which is closed when that fails.
     *
     * @throws MemflowException when the channel cannot be used
     */
    public static TimedChannel over(SocketChannel channel, Peer peer) {
        try {
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            return new TimedChannel(channel, selector, channel.register(selector, 0), peer);
        } catch (IOException e) {
            closeAfter(channel, e);
            throw failure("%s cannot be talked to: %s.".formatted(peer.name(), e.getMessage()), e);
        }
    }

    /**
     * Connects.
     *
     * @param address of a Unix domain socket, or a host and port
     * @throws MemflowException of kind TARGET_NOT_FOUND when nobody listens there
     */
    public static TimedChannel connect(SocketAddress address, Peer peer, long deadline) {
        SocketChannel channel;
        try {
            channel = address instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
        } catch (IOException e) {
            throw failure("No socket could be opened: %s.".formatted(e.getMessage()), e);
        }
        TimedChannel timed = over(channel, peer);
        try {
            if (!channel.connect(address)) {
                timed.await(SelectionKey.OP_CONNECT, deadline);
                channel.finishConnect();
            }
            return timed;
        } catch (IOException e) {
            closeAfter(timed, e);
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.TARGET_NOT_FOUND,
                    "%s does not answer at %s (%s): %s."
                            .formatted(peer.name(), address, e.getMessage(), peer.remedyWhenAbsent()),
                    e);
        } catch (MemflowException e) {
            closeAfter(timed, e);
            throw e;
        }
    }

    /** The {@link System#nanoTime} at which a wait of {@code timeout} from now ends. */
    public static long deadline(Duration timeout) {
        Duration wait = timeout.compareTo(LONGEST_WAIT) < 0 ? timeout : LONGEST_WAIT;
        return System.nanoTime() + wait.toNanos();
    }

    /**
     * Sends all of a buffer.
     *
     * @throws MemflowException when the peer is gone, or does not take it in time
     */
    public void write(ByteBuffer bytes, long deadline) {
        try {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    await(SelectionKey.OP_WRITE, deadline);
                }
            }
        } catch (IOException e) {
            throw failure(
                    "%s could not be sent a command (%s): it ended, or another client took over."
                            .formatted(peer.name(), e.getMessage()),
                    e);
        }
    }

    /**
     * Receives at least one byte into a buffer.
     *
     * @throws MemflowException when the peer is gone, or sends nothing in time
     */
    public void read(ByteBuffer into, long deadline) {
        try {
            int count = channel.read(into);
            while (count == 0) {
                await(SelectionKey.OP_READ, deadline);
                count = channel.read(into);
            }
            if (count < 0) {
                throw failure(
                        "%s closed the connection: it ended, or another client took over.".formatted(peer.name()),
                        null);
            }
        } catch (IOException e) {
            throw failure(
                    "%s could not be read (%s): it ended, or another client took over."
                            .formatted(peer.name(), e.getMessage()),
                    e);
        }
    }

    private void await(int operation, long deadline) throws IOException {
        try {
            key.interestOps(operation);
            while (true) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw failure(
                            "%s did not answer in time: %s.".formatted(peer.name(), peer.remedyWhenSilent()), null);
                }
                selector.selectedKeys().clear();
                if (selector.select(Math.max(1, Duration.ofNanos(left).toMillis())) > 0) {
                    return;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw failure("The wait for %s was interrupted.".formatted(peer.name()), null);
                }
            }
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw failure("The connection to %s is closed.".formatted(peer.name()), e);
        }
    }

    /** Gives the channel away, in blocking mode and without deadlines; this object must not be used afterwards. */
    public SocketChannel release() throws IOException {
        key.cancel();
        selector.close();
        channel.configureBlocking(true);
        return channel;
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
