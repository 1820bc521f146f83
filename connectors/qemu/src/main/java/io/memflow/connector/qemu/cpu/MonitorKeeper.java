package io.memflow.connector.qemu.cpu;

import io.memflow.connector.qemu.keeper.KeeperAddress;
import io.memflow.connector.qemu.keeper.KeeperLine;
import io.memflow.connector.qemu.keeper.KeeperProcess;
import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.MemflowException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The program of the process that pauses a machine through its monitor, holds it, and lets it run on. Nobody else stops the
 * machine on our behalf, so there is no moment at which it stands still and nobody is left to set it going: the connection
 * over which it runs on is open before it is stopped, and the end of standard input, which is the owner's end, is noticed
 * in every state.
 */
public final class MonitorKeeper {
    static final String HELD = "held";
    static final String MONITOR = "monitor";
    static final String PRINTED = "printed";
    static final String RELEASED = "released";

    /** A monitor answers in milliseconds, unless another client holds it or the host is very busy. */
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final QmpClient monitor;
    private boolean stopped;
    private boolean ended;

    private MonitorKeeper(QmpClient monitor) {
        this.monitor = monitor;
    }

    /** Started by {@link MonitorControl} with the three words of {@link KeeperAddress}. */
    public static void main(String[] words) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (QmpClient monitor = QmpClient.connect(KeeperAddress.parse(words[0], words[1], words[2]), TIMEOUT)) {
            MonitorKeeper keeper = new MonitorKeeper(monitor);
            // Where there is no setsid a terminal's interrupt comes here too.
            Runtime.getRuntime().addShutdownHook(new Thread(keeper::release));
            try {
                keeper.hold();
                out.println(new KeeperLine(HELD, keeper.before().name()).written());
                keeper.serve(out);
            } finally {
                keeper.release();
            }
            out.println(new KeeperLine(RELEASED).written());
        } catch (MemflowException failed) {
            out.println(KeeperLine.failure(failed).written());
        }
    }

    private synchronized void hold() {
        if (ended) {
            throw KeeperProcess.broken("it was ended by a signal", null);
        }
        stopped = MonitorStatus.of(monitor) == CpuState.RUNNING;
        if (stopped) {
            monitor.execute("stop");
        }
    }

    private synchronized CpuState before() {
        return stopped ? CpuState.RUNNING : CpuState.PAUSED;
    }

    private void serve(PrintStream out) throws IOException {
        BufferedReader owner = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = owner.readLine(); line != null; line = owner.readLine()) {
            out.println(answer(KeeperLine.parse(line)).written());
        }
    }

    private KeeperLine answer(KeeperLine asked) {
        try {
            return new KeeperLine(PRINTED, monitor.humanMonitor(asked.text()));
        } catch (MemflowException failed) {
            return KeeperLine.failure(failed);
        }
    }

    private synchronized void release() {
        ended = true;
        if (stopped) {
            monitor.execute("cont");
            stopped = false;
        }
    }
}
