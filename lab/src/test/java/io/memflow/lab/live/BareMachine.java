package io.memflow.lab.live;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.host.HostProgram;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A machine of any kind without a system in it: its processors never start, so it costs only the memory that is written. */
final class BareMachine implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Process process;
    private final Path monitor;
    private final QmpClient control;

    private BareMachine(Process process, Path monitor, QmpClient control) {
        this.process = process;
        this.monitor = monitor;
        this.control = control;
    }

    /**
     * Starts one and waits for its monitors: one that anybody can use, and one for the test alone.
     *
     * @param folder for the sockets
     * @param words the machine, in QEMU's options
     */
    static BareMachine start(HostProgram emulator, Path folder, List<String> words) throws IOException {
        Path monitor = folder.resolve("qmp.sock");
        Path control = folder.resolve("control.sock");
        List<String> command = new ArrayList<>();
        HostProgram.find("setpriv")
                .ifPresent(setpriv -> command.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL", "--")));
        command.add(emulator.require().toString());
        command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-S"));
        command.addAll(List.of("-qmp", "unix:" + monitor + ",server=on,wait=off"));
        command.addAll(List.of("-chardev", "socket,id=control,path=" + control + ",server=on,wait=off"));
        command.addAll(List.of("-mon", "chardev=control,mode=control"));
        command.addAll(words);
        Path log = folder.resolve("qemu.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        try {
            return new BareMachine(process, monitor, connect(control, process, log));
        } catch (IOException | RuntimeException failed) {
            process.destroyForcibly();
            throw failed;
        }
    }

    private static QmpClient connect(Path socket, Process process, Path log) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return QmpClient.connect(UnixDomainSocketAddress.of(socket), LIMIT);
            } catch (MemflowException notYet) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    throw new IOException("QEMU does not answer: " + Files.readString(log), notYet);
                }
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The monitor that the connector can use. */
    Path monitor() {
        return monitor;
    }

    QmpClient control() {
        return control;
    }

    boolean isRunning() {
        return control.execute("query-status") instanceof Map<?, ?> status
                && Boolean.TRUE.equals(status.get("running"));
    }

    /** Bytes as QEMU itself shows them: {@code count} values of 64 bits from a physical address on. */
    long[] shown(long address, int count) {
        String text = control.humanMonitor("xp /%dgx 0x%x".formatted(count, address));
        long[] values = new long[count];
        int next = 0;
        for (String line : text.lines().toList()) {
            for (String word : line.substring(line.indexOf(':') + 1).strip().split(" +", -1)) {
                values[next++] = Long.parseUnsignedLong(word.substring(2), 16);
            }
        }
        return values;
    }

    @Override
    public void close() {
        try (control) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
