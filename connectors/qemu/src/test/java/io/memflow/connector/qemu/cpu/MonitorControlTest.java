package io.memflow.connector.qemu.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.connector.qemu.qmp.ScriptedMonitor;
import io.memflow.core.cpu.CpuPause;
import io.memflow.core.cpu.CpuState;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real keeper says to a monitor. */
class MonitorControlTest {
    private static final String DONE = "{\"return\": {}}\r\n";
    private static final String RUNNING = "{\"return\": {\"status\": \"running\", \"running\": true}}\r\n";
    private static final String STOPPED = "{\"return\": {\"status\": \"paused\", \"running\": false}}\r\n";
    private static final String REGISTERS = "{\"return\": \"\\r\\nCPU#0\\r\\nRAX=0000000000000007\\r\\n\"}\r\n";

    @TempDir
    private Path folder;

    @Test
    void aRunningMachineIsStoppedOnceAndRunsOnAfterTheLastPause() throws IOException {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, RUNNING, DONE, REGISTERS, DONE);
                MonitorControl control = new MonitorControl(monitor.address())) {
            CpuPause outer = control.pause();
            CpuPause inner = control.pause();
            assertThat(outer.before()).isEqualTo(CpuState.RUNNING);
            assertThat(control.registers().getFirst().value("rax")).hasValue(7);
            outer.close();
            outer.close();
            assertThatThrownBy(control::resume)
                    .isInstanceOfSatisfying(
                            MemflowException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.CONFIGURATION));
            assertThat(commands(monitor)).doesNotContain("cont");
            inner.close();
            assertThat(commands(monitor))
                    .containsExactly("qmp_capabilities", "query-status", "stop", "human-monitor-command", "cont");
        }
    }

    @Test
    void aMachineThatStoodStillIsNeitherStoppedNorSetGoing() throws IOException {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, STOPPED, DONE, DONE)) {
            try (MonitorControl control = new MonitorControl(monitor.address());
                    CpuPause pause = control.pause()) {
                assertThat(pause.before()).isEqualTo(CpuState.PAUSED);
            }
            assertThat(commands(monitor)).containsExactly("qmp_capabilities", "query-status");
        }
    }

    @Test
    void theEndOfTheMemoryEndsItsPauses() throws IOException {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, RUNNING, DONE, DONE)) {
            MonitorControl control = new MonitorControl(monitor.address());
            CpuPause pause = control.pause();
            control.close();
            assertThat(commands(monitor)).endsWith("stop", "cont");
            pause.close();
            assertThat(commands(monitor)).hasSize(4);
        }
    }

    @Test
    void whatTheMonitorRefusesIsToldInItsWords() throws IOException {
        String refusal = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not now\"}}\r\n";
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, RUNNING, refusal, DONE);
                MonitorControl control = new MonitorControl(monitor.address())) {
            assertThatThrownBy(control::pause)
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("not now");
        }
        try (MonitorControl nobody = new MonitorControl(UnixDomainSocketAddress.of(folder.resolve("nobody.sock")))) {
            assertThatThrownBy(nobody::pause)
                    .isInstanceOfSatisfying(
                            MemflowException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.TARGET_NOT_FOUND));
        }
    }

    private static List<String> commands(ScriptedMonitor monitor) {
        return monitor.received().stream()
                .map(line -> line.replaceAll(".*\"execute\":\\s*\"([a-z_-]+)\".*", "$1"))
                .toList();
    }
}
