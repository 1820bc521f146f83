package io.memflow.connector.qemu.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QmpClientTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Duration IMPATIENT = Duration.ofMillis(100);

    @TempDir
    Path folder;

    @Test
    void negotiatesAndReturnsPlainTrees() throws Exception {
        String reply = "{\"return\": {\"running\": true, \"list\": [1, -2, 1.5, null, \"x\\u00e9\"],"
                + " \"wide\": 18446744073709551615}}\r\n";
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, reply);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            Object tree = client.execute("query-status", Map.of("a", 1, "b", List.of(true, 2L, "s")));

            assertThat(client.version()).isEqualTo("7.2.22");
            assertThat(tree).isInstanceOfSatisfying(Map.class, map -> {
                assertThat(map.get("running")).isEqualTo(true);
                assertThat(map.get("list")).isEqualTo(Arrays.asList(1L, -2L, 1.5, null, "xé"));
                assertThat(map.get("wide")).isEqualTo(-1L);
            });
        }
    }

    @Test
    void sendsTheCommandAsOneJsonLine() throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, ScriptedMonitor.DONE, ScriptedMonitor.DONE);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            client.execute("pmemsave", Map.of("filename", "a\"b\nc"));
            client.execute("stop");

            assertThat(monitor.received())
                    .startsWith(
                            "{\"execute\":\"qmp_capabilities\"}",
                            "{\"execute\":\"pmemsave\",\"arguments\":{\"filename\":\"a\\\"b\\nc\"}}");
        }
    }

    @Test
    void skipsAndKeepsEventsBeforeAnAnswer() throws Exception {
        String events = """
                {"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}
                {"event": "RESUME", "data": {"why": "cont"}}
                """;
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, events + "{\"return\": 5}\n");
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            assertThat(client.execute("stop")).isEqualTo(5L);
            assertThat(client.events())
                    .containsExactly(new QmpEvent("STOP", Map.of()), new QmpEvent("RESUME", Map.of("why", "cont")));
        }
    }

    @Test
    void keepsABoundedNumberOfEvents() throws Exception {
        String flood = "{\"event\": \"RTC_CHANGE\"}\n".repeat(1000) + "{\"event\": \"LAST\"}\n";
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, flood + ScriptedMonitor.DONE);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            client.execute("stop");

            assertThat(client.events()).hasSize(QmpClient.KEPT_EVENTS);
            assertThat(client.events().getLast().name()).isEqualTo("LAST");
        }
    }

    @Test
    void answersForHumansComeAsText() throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, "{\"return\": \"one\\r\\ntwo\"}\r\n");
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            assertThat(client.humanMonitor("info mtree -f")).isEqualTo("one\r\ntwo");
        }
    }

    @Test
    void aRefusalCarriesQemusWordsAndLeavesTheConnectionUsable() throws Exception {
        String unknown =
                "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command x has not been found\"}}\r\n";
        String generic = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"Could not open '/x'\"}}\r\n";
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, unknown, generic, ScriptedMonitor.DONE);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            assertThatThrownBy(() -> client.execute("x")).isInstanceOfSatisfying(MemflowException.class, e -> {
                assertThat(e.origin()).isEqualTo(ErrorOrigin.CONNECTOR);
                assertThat(e.kind()).isEqualTo(ErrorKind.NOT_SUPPORTED);
                assertThat(e).hasMessageContaining("The command x has not been found");
            });
            assertThatThrownBy(() -> client.execute("pmemsave")).hasMessageContaining("Could not open '/x'");
            assertThat(client.execute("stop")).isEqualTo(Map.of());
        }
    }

    @Test
    void aSilentMonitorEndsTheWaitAndTheConnection() throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            assertThatThrownBy(() -> client.execute("stop", Map.of(), IMPATIENT))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("one client at a time");
            assertThatThrownBy(() -> client.execute("stop"))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("could not be sent");
        }
    }

    @Test
    void aMonitorThatNeverGreetsIsGivenUp() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThatThrownBy(() -> QmpClient.connect(server.getLocalAddress(), IMPATIENT))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("one client at a time");
        }
    }

    @Test
    void nobodyListeningIsSaidWithWhatToDo() {
        UnixDomainSocketAddress nowhere = UnixDomainSocketAddress.of(folder.resolve("none.sock"));
        assertThatThrownBy(() -> QmpClient.connect(nowhere, PATIENT))
                .isInstanceOfSatisfying(
                        MemflowException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TARGET_NOT_FOUND))
                .hasMessageContaining("-qmp unix:");
    }

    @Test
    void aMonitorThatHangsUpIsReported() throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.raw(
                        folder,
                        ScriptedMonitor.bytes(ScriptedMonitor.GREETING),
                        ScriptedMonitor.bytes(ScriptedMonitor.DONE),
                        ScriptedMonitor.HANG_UP);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            assertThatThrownBy(() -> client.execute("stop")).isInstanceOf(MemflowException.class);
        }
    }

    @Test
    void anotherProtocolIsNotTakenForQmp() throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.raw(folder, ScriptedMonitor.bytes("HTTP/1.1 400 Bad\r\n"))) {
            assertThatThrownBy(() -> QmpClient.connect(monitor.address(), PATIENT))
                    .isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void endlessNestingIsRefused() throws Exception {
        String deep = "{\"return\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}\n";
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, deep);
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            assertThatThrownBy(() -> client.execute("stop")).isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void anEndlessLineIsRefused() throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder, "x".repeat(QmpLines.MAX_LINE + 100_000));
                QmpClient client = QmpClient.connect(monitor.address(), PATIENT)) {
            assertThatThrownBy(() -> client.execute("stop"))
                    .isInstanceOf(MemflowException.class)
                    .hasMessageContaining("a line of more than");
        }
    }

    @Test
    void closingTwiceIsHarmless() throws Exception {
        try (ScriptedMonitor monitor = ScriptedMonitor.ready(folder)) {
            QmpClient client = QmpClient.connect(monitor.address(), PATIENT);
            client.close();
            client.close();
            assertThatThrownBy(() -> client.execute("stop")).isInstanceOf(MemflowException.class);
        }
    }

    @Test
    void corruptedAndTruncatedLinesRaiseOnlyOurExceptions() {
        byte[] sound = ScriptedMonitor.bytes("{\"return\": {\"a\": [1, 2.5, \"\\u00e9\", true, null], \"b\": {}}}");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(sound, 1 + random.nextInt(sound.length));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                QmpJson.parseObject(bad);
            } catch (MalformedDataException e) {
                assertThat(e.format()).isEqualTo("QMP");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i + ": " + Arrays.toString(bad), e);
            }
        }
    }
}
