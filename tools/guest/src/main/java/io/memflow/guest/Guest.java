package io.memflow.guest;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A running guest. It ends with {@link #close}, with this JVM, and where {@code setpriv} is installed even when this JVM
 * is killed. Thread-safe.
 */
public final class Guest implements AutoCloseable {
    /** QEMU opens its monitor before it starts the guest, within a fraction of a second. */
    private static final Duration START = Duration.ofSeconds(30);

    /** For commands that answer at once, on a machine that may be busy. */
    private static final Duration COMMAND = Duration.ofSeconds(30);

    /** For commands that write the guest's whole memory. */
    private static final Duration SAVE = Duration.ofMinutes(10);

    /** Those that are not closed; what is left when this JVM ends is closed then. */
    private static final Set<Guest> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Guest::close)));
    }

    private final GuestConfiguration configuration;
    private final GuestFolder folder;
    private final QemuProcess process;
    private final QmpClient control;
    private final GuestConsole console;

    private Guest(GuestConfiguration configuration, GuestFolder folder, QemuProcess process, QmpClient control) {
        this.configuration = configuration;
        this.folder = folder;
        this.process = process;
        this.control = control;
        this.console = new GuestConsole(folder.console(), folder.log());
    }

    /**
     * Starts a guest and returns as soon as QEMU runs it; its kernel has hardly begun then.
     *
     * @throws MemflowException when QEMU is missing or does not accept the configuration, with its own words
     */
    public static Guest boot(GuestConfiguration configuration) {
        GuestFolder folder = GuestFolder.create(configuration);
        Optional<QemuProcess> process = Optional.empty();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.controlSocket()));
            server.configureBlocking(false);
            QemuProcess started =
                    QemuProcess.start(configuration.name(), QemuCommand.words(configuration, folder), folder.log());
            process = Optional.of(started);
            QmpClient control = QmpClient.over(accept(server, started, folder), COMMAND);
            Files.delete(folder.controlSocket());
            Guest guest = new Guest(configuration, folder, started, control);
            RUNNING.add(guest);
            return guest;
        } catch (IOException e) {
            MemflowException failure = new MemflowException(
                    ErrorOrigin.OTHER, ErrorKind.UNKNOWN, "The guest could not be started: " + e.getMessage(), e);
            discard(process, folder, failure);
            throw failure;
        } catch (MemflowException e) {
            discard(process, folder, e);
            throw e;
        }
    }

    public GuestConfiguration configuration() {
        return configuration;
    }

    /** Process id of QEMU. */
    public long pid() {
        return process.pid();
    }

    /** Our own connection to QEMU's monitor, which nobody else can see. */
    public QmpClient qmp() {
        return control;
    }

    /** The socket others can reach the monitor at; empty with {@link Monitor#OFF}. */
    public Optional<Path> monitorSocket() {
        return configuration.monitor() == Monitor.ON ? Optional.of(folder.monitorSocket()) : Optional.empty();
    }

    /** The file with all bytes the guest wrote to its debug port; empty with {@link DebugPort#OFF}. */
    public Optional<Path> debugPort() {
        return configuration.debugPort() == DebugPort.ON ? Optional.of(folder.debugPort()) : Optional.empty();
    }

    /**
     * The file that is the guest's RAM, its first byte being the first of RAM; empty unless the RAM is a
     * {@link RamBacking#SHARED_FILE}.
     */
    public Optional<Path> ramFile() {
        return configuration.ramBacking() == RamBacking.SHARED_FILE ? Optional.of(folder.ramFile()) : Optional.empty();
    }

    /** The file with all bytes the guest wrote to its serial console. */
    public Path consoleFile() {
        return folder.console();
    }

    /** What the guest printed on its serial console so far. */
    public String console() {
        return console.text();
    }

    /**
     * Waits until the guest has printed a text on its console.
     *
     * @throws MemflowException with the console's last lines, when the limit is over, the guest's kernel panicked, or
     *     QEMU ended
     */
    public void await(String text, Duration limit) {
        console.await(text, process, limit);
    }

    /** Stops the guest's processors; its memory stays as it is. */
    public void pause() {
        control.execute("stop");
    }

    /** Lets the guest run again. */
    public void resume() {
        control.execute("cont");
    }

    /**
     * Writes all RAM as one raw image, offset 0 being the first byte of RAM
     * ({@link io.memflow.guest.architecture.GuestArchitecture#ramBase}). Pause the guest first for a consistent one.
     *
     * @throws MemflowException when RAM is so large that its upper part starts at 4 GiB, or the file cannot be written
     */
    public void saveRaw(Path file) {
        long size = (long) configuration.memoryMiB() << 20;
        if (size >= configuration.machine().splitFrom()) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.NOT_SUPPORTED,
                    "A raw image of %d MiB would have a hole below 4 GiB: give the guest less memory, or save an ELF image."
                            .formatted(configuration.memoryMiB()));
        }
        long base = configuration.architecture().ramBase();
        Map<String, Object> arguments = Map.of("val", base, "size", size, "filename", absolute(file));
        control.execute("pmemsave", arguments, SAVE);
    }

    /**
     * Writes an ELF core file with all RAM and the processors' state.
     *
     * @throws MemflowException when QEMU cannot write it
     */
    public void saveElf(Path file, Paging paging) {
        Map<String, Object> arguments =
                Map.of("paging", paging == Paging.VIRTUAL, "protocol", "file:" + absolute(file));
        control.execute("dump-guest-memory", arguments, SAVE);
    }

    /** Ends QEMU and removes the guest's files, its RAM among them. Idempotent. */
    @Override
    public void close() {
        if (!RUNNING.remove(this)) {
            return;
        }
        try (control) {
            process.end();
            folder.delete();
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_WRITE_FILE,
                    "The files of the guest %s could not be removed: %s"
                            .formatted(configuration.name(), e.getMessage()),
                    e);
        }
    }

    private static SocketChannel accept(ServerSocketChannel server, QemuProcess process, GuestFolder folder)
            throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            SocketChannel channel = server.accept();
            if (channel != null) {
                return channel;
            }
            if (!alive || System.nanoTime() - deadline > 0) {
                throw new GuestConsole(folder.console(), folder.log()).failure("QEMU did not start the guest", "");
            }
            GuestConsole.pause();
        }
    }

    private static void discard(Optional<QemuProcess> process, GuestFolder folder, MemflowException cause) {
        process.ifPresent(QemuProcess::end);
        try {
            folder.delete();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static String absolute(Path file) {
        return file.toAbsolutePath().toString();
    }
}
