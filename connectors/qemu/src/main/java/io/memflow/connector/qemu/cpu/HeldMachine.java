package io.memflow.connector.qemu.cpu;

import io.memflow.connector.qemu.keeper.KeeperAddress;
import io.memflow.connector.qemu.keeper.KeeperLine;
import io.memflow.connector.qemu.keeper.KeeperProcess;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.MemflowException;
import java.net.SocketAddress;

/** A machine that a keeper holds for us. Confined. */
final class HeldMachine implements AutoCloseable {
    private final KeeperProcess keeper;
    private final CpuState before;

    private HeldMachine(KeeperProcess keeper, CpuState before) {
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
            return new HeldMachine(keeper, CpuState.valueOf(keeper.hear().text()));
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
        return keeper.hear().text();
    }

    /**
     * Lets the machine run on if it ran.
     *
     * @throws MemflowException when the keeper does not say that it does
     */
    @Override
    public void close() {
        try (keeper) {
            keeper.finish();
            keeper.hear();
        }
    }
}
