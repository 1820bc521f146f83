package io.memflow.connector.qemu.cpu;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.cpu.CpuControl;
import io.memflow.core.cpu.CpuPause;
import io.memflow.core.cpu.CpuRegisters;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Control of the processors through QEMU's monitor. Connects for each question and leaves again, since a monitor serves one
 * client at a time; while the machine is paused the keeper's connection is used. Thread-safe.
 */
public final class MonitorControl implements CpuControl, AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final SocketAddress monitor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Pause> pauses = new HashSet<>();
    private @Nullable HeldMachine held;

    /** @param monitor the socket of a QMP monitor */
    public MonitorControl(SocketAddress monitor) {
        this.monitor = monitor;
    }

    @Override
    public CpuState state() {
        lock.lock();
        try {
            if (held != null) {
                return held.monitor("info status").contains("running") ? CpuState.RUNNING : CpuState.PAUSED;
            }
            try (QmpClient client = QmpClient.connect(monitor, TIMEOUT)) {
                return MonitorStatus.of(client);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CpuPause pause() {
        lock.lock();
        try {
            HeldMachine machine = held == null ? HeldMachine.hold(monitor) : held;
            held = machine;
            Pause pause = new Pause(machine.before());
            pauses.add(pause);
            return pause;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resume() {
        lock.lock();
        try {
            if (held != null) {
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.CONFIGURATION,
                        "The machine is paused by this program itself: close the pause, then it runs on.");
            }
            try (QmpClient client = QmpClient.connect(monitor, TIMEOUT)) {
                Object _ = client.execute("cont");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<CpuRegisters> registers() {
        List<CpuRegisters> registers = RegisterPrint.parse(print(RegisterPrint.COMMAND));
        if (registers.isEmpty()) {
            throw new MalformedDataException("info registers", 0, "no processor's registers in what QEMU printed");
        }
        return registers;
    }

    private String print(String line) {
        lock.lock();
        try {
            if (held != null) {
                return held.monitor(line);
            }
            try (QmpClient client = QmpClient.connect(monitor, TIMEOUT)) {
                return client.humanMonitor(line);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends every pause. */
    @Override
    public void close() {
        lock.lock();
        try {
            pauses.clear();
            release();
        } finally {
            lock.unlock();
        }
    }

    private void release() {
        HeldMachine machine = held;
        held = null;
        if (machine != null) {
            machine.close();
        }
    }

    /** One of the pauses that hold the machine. */
    private final class Pause implements CpuPause {
        private final CpuState before;

        Pause(CpuState before) {
            this.before = before;
        }

        @Override
        public CpuState before() {
            return before;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (pauses.remove(this) && pauses.isEmpty()) {
                    release();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
