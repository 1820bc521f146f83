package io.memflow.connector.qemu.cpu;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.MalformedDataException;
import java.util.Map;

/** Whether a machine runs, as its monitor says. Stateless. Source: QEMU's qapi/run-state.json, query-status. */
final class MonitorStatus {
    private MonitorStatus() {}

    /**
     * Asks.
     *
     * @throws io.memflow.core.error.MemflowException when there is no answer
     */
    static CpuState of(QmpClient monitor) {
        if (monitor.execute("query-status") instanceof Map<?, ?> status
                && status.get("running") instanceof Boolean running) {
            return running ? CpuState.RUNNING : CpuState.PAUSED;
        }
        throw new MalformedDataException("QMP", 0, "query-status does not say whether the machine runs");
    }
}
