package io.memflow.connector.qemu.qmp;

import io.memflow.connector.qemu.socket.TimedChannel;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a QEMU monitor in QMP mode, past the capability negotiation. Thread-safe: commands of several
 * threads run one after the other; {@link #close} ends a command that another thread waits for.
 *
 * <p>The peer is not trusted: each wait has a deadline, and lines, nesting and stored events have caps. An exchange that
 * fails half-way (deadline, broken line) closes the connection, since a late answer could be taken for the next one.
 *
 * <p>Source: QEMU's docs/interop/qmp-spec.
 */
public final class QmpClient implements AutoCloseable {
    /** How many of the latest events are kept. */
    public static final int KEPT_EVENTS = 64;

    private final QmpLines lines;
    private final Duration timeout;
    private final ReentrantLock exchange = new ReentrantLock();
    private final ArrayDeque<QmpEvent> events = new ArrayDeque<>();
    private final String version;

    private QmpClient(QmpLines lines, Duration timeout, long deadline) {
        this.lines = lines;
        this.timeout = timeout;
        this.version = version(QmpJson.parseObject(lines.readLine(deadline)));
        run("qmp_capabilities", Map.of(), deadline);
    }

    /**
     * Connects to a monitor, reads its greeting and leaves negotiation mode.
     *
     * @param address a {@link java.net.UnixDomainSocketAddress}, or a loopback {@link java.net.InetSocketAddress}
     * @param timeout limit for connecting and greeting together, and later for each command
     * @throws MemflowException when nobody listens there, another client holds the monitor, or the peer is no QEMU
     */
    public static QmpClient connect(SocketAddress address, Duration timeout) {
        long deadline = TimedChannel.deadline(timeout);
        return greet(QmpLines.connect(address, deadline), timeout, deadline);
    }

    /**
     * The same over a channel that is connected already, for example one that QEMU opened towards us. The client owns
     * the channel from here on, and has closed it when this method throws.
     *
     * @param timeout as for {@link #connect}
     * @throws MemflowException when the peer does not greet as QEMU does
     */
    public static QmpClient over(SocketChannel channel, Duration timeout) {
        return greet(QmpLines.over(channel), timeout, TimedChannel.deadline(timeout));
    }

    private static QmpClient greet(QmpLines lines, Duration timeout, long deadline) {
        try {
            return new QmpClient(lines, timeout, deadline);
        } catch (MemflowException e) {
            closeAfter(lines, e);
            throw e;
        }
    }

    /** QEMU's version as its greeting gives it, for example {@code "7.2.22"}. */
    public String version() {
        return version;
    }

    /** As {@link #execute(String, Map)}, for a command without arguments. */
    public @Nullable Object execute(String command) {
        return execute(command, Map.of(), timeout);
    }

    /** As {@link #execute(String, Map, Duration)}, with the connection's own timeout. */
    public @Nullable Object execute(String command, Map<String, ?> arguments) {
        return execute(command, arguments, timeout);
    }

    /**
     * Runs one command and waits for its answer.
     *
     * @param arguments trees of Map, List, String, Integer, Long, Double, Boolean and null
     * @param limit longest wait for the answer, for commands that write whole images
     * @return the answer as an unmodifiable tree of Map, List, String, Long, Double, Boolean and null; an integer above
     *     {@link Long#MAX_VALUE} comes as the long with the same 64 bits
     * @throws MemflowException when QEMU refuses the command (its own words are in the message), does not answer in
     *     time, or the connection is gone
     * @throws MalformedDataException when the answer is not QMP
     */
    public @Nullable Object execute(String command, Map<String, ?> arguments, Duration limit) {
        exchange.lock();
        try {
            return run(command, arguments, TimedChannel.deadline(limit));
        } finally {
            exchange.unlock();
        }
    }

    /**
     * Runs one line of the monitor for humans and returns what it prints.
     *
     * @throws MemflowException as {@link #execute(String, Map, Duration)} does
     */
    public String humanMonitor(String line) {
        Object printed = execute("human-monitor-command", Map.of("command-line", line));
        if (printed instanceof String text) {
            return text;
        }
        throw new MalformedDataException("QMP", 0, "human-monitor-command did not answer with a string");
    }

    /** The latest events that came in between answers, oldest first, at most {@link #KEPT_EVENTS}. */
    public List<QmpEvent> events() {
        exchange.lock();
        try {
            return List.copyOf(events);
        } finally {
            exchange.unlock();
        }
    }

    /** Closes the connection; QEMU and its guest go on. Idempotent. */
    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.UNKNOWN,
                    "The connection to QEMU's monitor could not be closed: " + e.getMessage(),
                    e);
        }
    }

    private @Nullable Object run(String command, Map<String, ?> arguments, long deadline) {
        byte[] request = QmpJson.command(command, arguments);
        Map<String, @Nullable Object> answer;
        try {
            lines.write(request, deadline);
            answer = answer(deadline);
        } catch (MemflowException e) {
            closeAfter(lines, e);
            throw e;
        }
        if (answer.containsKey("error")) {
            throw refusal(command, answer.get("error"));
        }
        return answer.get("return");
    }

    private Map<String, @Nullable Object> answer(long deadline) {
        while (true) {
            Map<String, @Nullable Object> message = QmpJson.parseObject(lines.readLine(deadline));
            if (message.containsKey("return") || message.containsKey("error")) {
                return message;
            }
            if (!(message.get("event") instanceof String name)) {
                throw new MalformedDataException("QMP", 0, "a message is neither an answer nor an event");
            }
            if (events.size() == KEPT_EVENTS) {
                events.removeFirst();
            }
            events.addLast(new QmpEvent(name, members(message.get("data"))));
        }
    }

    private static MemflowException refusal(String command, @Nullable Object error) {
        Map<String, @Nullable Object> members = members(error);
        ErrorKind kind = "CommandNotFound".equals(members.get("class")) ? ErrorKind.NOT_SUPPORTED : ErrorKind.UNKNOWN;
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                kind,
                "QEMU refused the monitor command %s: %s".formatted(command, members.get("desc")));
    }

    private static String version(Map<String, @Nullable Object> greeting) {
        if (!(greeting.get("QMP") instanceof Map<?, ?>)) {
            throw new MalformedDataException("QMP", 0, "the first line is not a QMP greeting");
        }
        Map<String, @Nullable Object> qemu =
                members(members(members(greeting.get("QMP")).get("version")).get("qemu"));
        return "%s.%s.%s".formatted(qemu.get("major"), qemu.get("minor"), qemu.get("micro"));
    }

    @SuppressWarnings("unchecked") // QmpJson builds every object as a Map with String keys.
    private static Map<String, @Nullable Object> members(@Nullable Object tree) {
        return tree instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    private static void closeAfter(QmpLines lines, MemflowException cause) {
        try {
            lines.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
