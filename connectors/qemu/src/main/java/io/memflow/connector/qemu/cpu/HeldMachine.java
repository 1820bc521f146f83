package io.memflow.connector.qemu.cpu;

import io.memflow.connector.qemu.keeper.KeeperAddress;
import io.memflow.connector.qemu.keeper.KeeperLine;
import io.memflow.connector.qemu.keeper.KeeperProcess;
import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.MemflowException;
import java.net.SocketAddress;
import java.time.Duration;

/** A machine that a keeper holds for us. Confined. */
final class HeldMachine implements AutoCloseable {
    /** For what the keeper failed to do. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final SocketAddress address;
    private final KeeperProcess keeper;
    private final CpuState before;

    private HeldMachine(SocketAddress address, KeeperProcess keeper, CpuState before) {
        this.address = address;
        this.keeper = keeper;
        this.before = before;
    }

    /**
     * Lets a keeper stop the machine.
     *
     * @throws MemflowException when that fails; the machine runs on then
     */
    static HeldMachine hold(SocketAddress monitor) {
        KeeperProcess keeper = KeeperProcess.start(MonitorKeeper.class, KeeperAddress.words(monitor));
        try {
            return new HeldMachine(monitor, keeper, CpuState.valueOf(keeper.hear(MonitorKeeper.HELD)));
        } catch (MemflowException failed) {
            keeper.close();
            throw failed;
        }
    }

    CpuState before() {
        return before;
    }

    /** Runs a line of the monitor for humans over the keeper's connection, since a monitor serves one client at a time. */
    String monitor(String line) {
        keeper.say(new KeeperLine(MonitorKeeper.MONITOR, line));
        return keeper.hear(MonitorKeeper.PRINTED);
    }

    /**
     * Lets the machine run on if it ran.
     *
     * @throws MemflowException when the keeper does not say that it does, and it cannot be done from here either
     */
    @Override
    public void close() {
        try (keeper) {
            keeper.finish();
            String _ = keeper.hear(MonitorKeeper.RELEASED);
        } catch (MemflowException keeperFailed) {
            if (before == CpuState.RUNNING) {
                resume(keeperFailed);
            }
        }
    }

    /** The keeper may have been killed itself, which leaves the machine as it is. */
    private void resume(MemflowException keeperFailed) {
        try (QmpClient client = QmpClient.connect(address, TIMEOUT)) {
            Object _ = client.execute("cont");
        } catch (MemflowException failed) {
            failed.addSuppressed(keeperFailed);
            throw failed;
        }
    }
}
