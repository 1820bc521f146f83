package io.memflow.connector.qemu.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.connector.qemu.qmp.QmpClient;
import io.memflow.connector.qemu.qmp.ScriptedMonitor;
import io.memflow.core.error.MemflowException;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.HostPiece;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorLayoutTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final String BACKENDS = "{\"return\": [{\"id\": \"ram0\", \"size\": 100663296}, {\"size\": 1}]}\r\n";

    @TempDir
    Path folder;

    private static String text(String printed) {
        return "{\"return\": \"%s\"}\r\n"
                .formatted(printed.replace("\"", "\\\"").replace("\n", "\\r\\n"));
    }

    private static String host(String address) {
        return text("Host virtual address for 0x0 (ram0) is " + address + "\n");
    }

    private List<HostPiece> ask(String mtree, String hostAnswer, String maps) throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(
                        Files.createTempDirectory(folder, "m"), BACKENDS, text(mtree), hostAnswer);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            return MonitorLayout.ask(client, HostMapping.parseAll(maps));
        }
    }

    @Test
    void findsRamInTheProcess() throws Exception {
        assertThat(ask(
                        MtreeParserTest.SMALL,
                        host("0x7f3db7e00000"),
                        "7f3db7e00000-7f3db8e00000 rw-p 0 00:00 0\n7f3db8e00000-7f3dbde00000 rw-p 0 00:00 0\n"))
                .containsExactly(new HostPiece(0, 0x7f3db7e00000L, 96 << 20));
    }

    @Test
    void refusesTheMonitorOfAnotherProcess() {
        for (String maps : new String[] {
            "", "7f3db7e00000-7f3dbddff000 rw-p 0 00:00 0\n", "7f3db7e00000-7f3dbde00000 ---p 0 00:00 0\n"
        }) {
            assertThatThrownBy(() -> ask(MtreeParserTest.SMALL, host("0x7f3db7e00000"), maps))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("another machine");
        }
    }

    @Test
    void refusesAnswersItDoesNotUnderstand() {
        assertThatThrownBy(() -> ask(MtreeParserTest.SMALL, text("No memory is mapped at address 0x0\n"), ""))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("No memory is mapped");
        assertThatThrownBy(() -> ask(MtreeParserTest.SMALL.replace("ram0", "other"), host("0x1000"), ""))
                .isInstanceOf(MemflowException.class)
                .hasMessageContaining("no RAM");
        assertThatThrownBy(() -> ask("unknown command: 'mtree'\n", host("0x1000"), ""))
                .isInstanceOf(MemflowException.class);
    }
}
