package io.memflow.os.windows.symbol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.plugin.PluginArguments;
import io.memflow.os.windows.TestedBuild;
import io.memflow.os.windows.synthetic.SyntheticPdb;
import io.memflow.os.windows.synthetic.SyntheticWindows;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A symbol server on this machine that has the file of a synthetic kernel, and servers that behave badly. */
class SyntheticSymbolServerTest {
    private static final HttpSymbolFetcher.Limits LIMITS =
            new HttpSymbolFetcher.Limits(Duration.ofSeconds(10), Duration.ofSeconds(20), 8 << 20, 3);

    @TempDir
    private Path folder;

    private final SyntheticWindows machine = TestedBuild.TEN_X64.builder().build();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private ExecutorService threads;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        threads = Executors.newVirtualThreadPerTaskExecutor();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
        machine.close();
    }

    /** What the server does when it is asked. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private String serve(Answer answer) {
        server.createContext("/symbols", exchange -> {
            try (exchange) {
                asked.add(exchange.getRequestURI().toString() + " "
                        + exchange.getRequestHeaders().getFirst("User-Agent"));
                answer.to(exchange);
            }
        });
        return "http://127.0.0.1:%d/symbols".formatted(server.getAddress().getPort());
    }

    private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private PdbIdentity wanted() {
        return SyntheticKernelFile.identity(machine);
    }

    private SymbolFile fetch(String address, HttpSymbolFetcher.Limits limits) {
        return SymbolServer.at(address, new HttpSymbolFetcher(limits)).fetch(wanted(), new SymbolStore(folder));
    }

    private void assertRefused(String address, HttpSymbolFetcher.Limits limits, ErrorKind kind, String... words) {
        assertThatThrownBy(() -> fetch(address, limits))
                .isInstanceOfSatisfying(
                        MemflowException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(kind))
                .hasMessageContainingAll(words);
        assertNothingIsKept();
    }

    private void assertNothingIsKept() {
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile)).isEmpty();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private DiscoveryStep step(Map<String, String> arguments) {
        return SyntheticKernelFile.step(machine, arguments);
    }

    @Test
    void theFileOfASyntheticKernelIsGotOnceAndKept() {
        byte[] pdb = SyntheticPdb.of(machine);
        String address = serve(exchange -> send(exchange, pdb));
        Map<String, String> online =
                Map.of("symbols", folder.resolve("new").toString(), "online", "true", "symbol_server", address);
        assertThat(step(online)).satisfies(step -> {
            assertThat(step.confidence()).isEqualTo(Confidence.CONFIRMED);
            assertThat(step.finding()).contains(address).contains(wanted().guid());
        });
        assertThat(asked)
                .containsExactly(
                        "/symbols/%s/%s/%s memflow-java".formatted(wanted().name(), wanted().key(), wanted().name()));
        assertThat(folder.resolve("new")
                        .resolve(wanted().name())
                        .resolve(wanted().key())
                        .resolve(wanted().name()))
                .hasBinaryContent(pdb);
        assertThat(step(online).confidence()).isEqualTo(Confidence.CONFIRMED);
        assertThat(step(Map.of("symbols", folder.resolve("new").toString())).confidence())
                .isEqualTo(Confidence.CONFIRMED);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aWrongFileInTheFolderIsReplaced() throws IOException {
        Path place = folder.resolve(wanted().name()).resolve(wanted().key()).resolve(wanted().name());
        Files.createDirectories(place.getParent());
        Files.write(place, new byte[] {1, 2, 3});
        String address = serve(exchange -> send(exchange, SyntheticPdb.of(machine)));
        Map<String, String> online = Map.of("symbols", folder.toString(), "online", "on", "symbol_server", address);
        assertThat(step(online).confidence()).isEqualTo(Confidence.CONFIRMED);
        assertThat(place).hasBinaryContent(SyntheticPdb.of(machine));
    }

    @Test
    void withoutTheOptionNoServerIsAsked() {
        serve(exchange -> send(exchange, SyntheticPdb.of(machine)));
        SymbolFetcher never = (from, into) -> {
            throw new AssertionError("asked for " + from);
        };
        for (Map<String, String> arguments : List.of(
                Map.<String, String>of(),
                Map.of("symbols", folder.toString()),
                Map.of("symbols", folder.toString(), "online", "false"))) {
            SymbolSource source = SymbolArguments.read(new PluginArguments(Optional.empty(), arguments), never);
            assertThat(source instanceof SymbolFolder given && given.server().isPresent())
                    .isFalse();
        }
        assertThat(step(Map.of("symbols", folder.toString())).confidence()).isEqualTo(Confidence.MISSING);
        assertThat(asked).isEmpty();
        assertNothingIsKept();
    }

    @Test
    void aFileThatTheServerHasNotIsSaidToBeMissingAndOffsetsAreVotedOn() {
        String address = serve(exchange -> exchange.sendResponseHeaders(404, -1));
        assertRefused(address, LIMITS, ErrorKind.NOT_FOUND, "404", wanted().key());
        Map<String, String> online = Map.of("symbols", folder.toString(), "online", "1", "symbol_server", address);
        assertThat(step(online)).satisfies(step -> {
            assertThat(step.confidence()).isEqualTo(Confidence.MISSING);
            assertThat(step.finding()).contains("404").contains("voted");
        });
    }

    @Test
    void aServerThatFailsIsNamedWithItsStatus() {
        assertRefused(serve(exchange -> exchange.sendResponseHeaders(503, -1)), LIMITS, ErrorKind.HTTP, "503");
    }

    @Test
    void aFileOfAnotherKernelIsNotKept() {
        byte[] other = SyntheticPdb.of(machine, "00000000-0000-0000-0000-00000000000A", 1);
        assertRefused(
                serve(exchange -> send(exchange, other)),
                LIMITS,
                ErrorKind.NOT_FOUND,
                "00000000-0000-0000-0000-00000000000A",
                wanted().guid());
    }

    @Test
    void aFileThatIsNoneIsNotKept() {
        assertRefused(
                serve(exchange -> send(exchange, "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8))),
                LIMITS,
                ErrorKind.ARG_VALIDATION,
                "PDB 7.0");
    }

    @Test
    void aBodyThatBreaksOffIsNotKept() {
        byte[] pdb = SyntheticPdb.of(machine);
        String address = serve(exchange -> {
            exchange.sendResponseHeaders(200, pdb.length);
            exchange.getResponseBody().write(pdb, 0, pdb.length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("the connection breaks");
        });
        assertRefused(address, LIMITS, ErrorKind.HTTP, address);
    }

    @Test
    void aBodyThatClaimsToBeHugeIsRefusedUnread() {
        String address = serve(exchange -> {
            exchange.sendResponseHeaders(200, 1L << 40);
            exchange.getResponseBody().write(new byte[1024]);
            exchange.getResponseBody().flush();
            await();
        });
        assertRefused(address, LIMITS, ErrorKind.HTTP, Long.toString(1L << 40), Integer.toString(8 << 20));
    }

    @Test
    void aBodyWithoutAnEndIsRefusedWhenItIsTooLong() {
        String address = serve(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (end.getCount() > 0) {
                exchange.getResponseBody().write(new byte[1 << 16]);
            }
        });
        assertRefused(address, LIMITS, ErrorKind.HTTP, address);
    }

    @Test
    void redirectionsAreFollowedUpToABound() {
        byte[] pdb = SyntheticPdb.of(machine);
        String address = serve(exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.endsWith("/there")) {
                send(exchange, pdb);
            } else {
                exchange.getResponseHeaders().set("Location", path + "/there");
                exchange.sendResponseHeaders(302, -1);
            }
        });
        assertThat(fetch(address, LIMITS).isOf(wanted())).isTrue();
        assertThat(asked).hasSize(2);
    }

    @Test
    void redirectionsWithoutAnEndAreGivenUp() {
        String address = serve(exchange -> {
            exchange.getResponseHeaders()
                    .set("Location", exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(302, -1);
        });
        assertRefused(address, LIMITS, ErrorKind.HTTP, "more than 3 times");
        assertThat(asked).hasSize(4);
    }

    @Test
    void redirectionsToPlainHttpElsewhereAreNotFollowed() {
        String address = serve(exchange -> {
            exchange.getResponseHeaders().set("Location", "http://symbols.example/file");
            exchange.sendResponseHeaders(301, -1);
        });
        assertRefused(address, LIMITS, ErrorKind.HTTP, "http://symbols.example/file", "not followed");
    }

    @Test
    void aServerElsewhereMayNotLeadToThisMachine() {
        URI elsewhere = URI.create("https://symbols.example/a");
        assertThat(ServerAddress.mayLead(elsewhere, URI.create("https://other.example/a")))
                .isTrue();
        for (String target : List.of(
                "http://127.0.0.1/a",
                "https://127.0.0.1/a",
                "https://localhost/a",
                "http://[::1]/a",
                "http://other.example/a",
                "file:///etc/passwd",
                "https:///a",
                "https://u:p@other.example/a")) {
            assertThat(ServerAddress.mayLead(elsewhere, URI.create(target)))
                    .as(target)
                    .isFalse();
        }
    }

    @Test
    void aServerThatHangsIsLeftAfterTheTimeThatIsGiven() {
        HttpSymbolFetcher.Limits brief =
                new HttpSymbolFetcher.Limits(Duration.ofSeconds(10), Duration.ofMillis(300), 8 << 20, 3);
        assertRefused(serve(exchange -> await()), brief, ErrorKind.HTTP, "300 ms");
    }

    @Test
    void aServerThatHangsWithinTheFileIsLeftAfterTheTimeThatIsGiven() {
        HttpSymbolFetcher.Limits brief =
                new HttpSymbolFetcher.Limits(Duration.ofSeconds(10), Duration.ofMillis(300), 8 << 20, 3);
        String address = serve(exchange -> {
            exchange.sendResponseHeaders(200, 4096);
            exchange.getResponseBody().write(new byte[100]);
            exchange.getResponseBody().flush();
            await();
        });
        assertRefused(address, brief, ErrorKind.HTTP, "300 ms");
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertRefused("http://127.0.0.1:%d".formatted(free), LIMITS, ErrorKind.HTTP, "127.0.0.1:" + free);
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
