package io.memflow.os.windows.symbol;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gets files by HTTP, within bounds of time, size and redirections. Thread-safe. */
public final class HttpSymbolFetcher implements SymbolFetcher {
    private static final String AGENT = "memflow-java";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int LONGEST_ADDRESS = 4096;

    private final Limits limits;

    /**
     * What one file may cost.
     *
     * @param connect up to the connection
     * @param whole up to the last byte, redirections included
     * @param bytes of the file
     * @param redirects from server to server
     */
    public record Limits(Duration connect, Duration whole, long bytes, int redirects) {
        /** Kernels' symbol files have some 10 to 30 MiB. */
        public static final Limits USUAL = new Limits(Duration.ofSeconds(15), Duration.ofMinutes(10), 512L << 20, 5);
    }

    public HttpSymbolFetcher(Limits limits) {
        this.limits = limits;
    }

    @Override
    public void fetch(URI from, Path into) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.connect)
                .build();
        try {
            follow(client, from, into);
        } finally {
            // What still arrives after a refusal is wanted no more.
            client.shutdownNow();
        }
    }

    private void follow(HttpClient client, URI from, Path into) {
        long end = System.nanoTime() + limits.whole.toNanos();
        URI at = from;
        for (int hop = 0; hop <= limits.redirects; hop++) {
            HttpResponse<Path> response = exchange(client, at, into, end);
            int status = response.statusCode();
            if (status == OK) {
                return;
            }
            if (!isRedirect(status)) {
                boolean isAbsent = status == NOT_FOUND || status == GONE;
                throw failed(
                        isAbsent ? ErrorKind.NOT_FOUND : ErrorKind.HTTP,
                        at,
                        isAbsent
                                ? "the server has no such file (status %d)".formatted(status)
                                : "the server answers with status %d".formatted(status),
                        null);
            }
            at = target(at, response);
        }
        throw failed(
                ErrorKind.HTTP,
                from,
                "it leads from address to address more than %d times".formatted(limits.redirects),
                null);
    }

    private static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    private static URI target(URI at, HttpResponse<Path> response) {
        String location = response.headers().firstValue("Location").orElse("");
        if (location.isEmpty() || location.length() > LONGEST_ADDRESS) {
            throw failed(ErrorKind.HTTP, at, "it leads elsewhere, but says not where", null);
        }
        try {
            URI target = at.resolve(location);
            if (!ServerAddress.mayLead(at, target)) {
                throw failed(
                        ErrorKind.HTTP,
                        at,
                        "it leads to %s, which is not followed: only to https, and to this machine from this machine"
                                .formatted(target.toASCIIString()),
                        null);
            }
            return target;
        } catch (IllegalArgumentException noAddress) {
            throw failed(ErrorKind.HTTP, at, "it leads to something that is no address", noAddress);
        }
    }

    private HttpResponse<Path> exchange(HttpClient client, URI at, Path into, long end) {
        HttpRequest request =
                HttpRequest.newBuilder(at).header("User-Agent", AGENT).GET().build();
        HttpResponse.BodyHandler<Path> file = BodyHandlers.limiting(
                BodyHandlers.ofFile(into, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING),
                limits.bytes);
        CompletableFuture<HttpResponse<Path>> answer = client.sendAsync(request, info -> {
            long announced = info.headers().firstValueAsLong("Content-Length").orElse(0);
            if (info.statusCode() != OK) {
                return new UnreadBody<>(into);
            }
            return announced > limits.bytes ? new UnreadBody<>(tooLong(announced)) : file.apply(info);
        });
        try {
            return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw failed(
                    ErrorKind.HTTP,
                    at,
                    "it did not arrive whole within %d ms".formatted(limits.whole.toMillis()),
                    late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed(ErrorKind.HTTP, at, "this program was told to stop", interrupted);
        } catch (ExecutionException broken) {
            throw failed(ErrorKind.HTTP, at, words(broken), broken);
        }
    }

    /** Some exceptions of connections have a name and no message. */
    private static String words(ExecutionException broken) {
        Throwable cause = broken.getCause() == null ? broken : broken.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    private IOException tooLong(long announced) {
        return new IOException(
                "the file has %d bytes, more than the %d that are taken".formatted(announced, limits.bytes));
    }

    private static MemflowException failed(ErrorKind kind, URI at, String why, @Nullable Exception cause) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                kind,
                "%s could not be got: %s. Is this machine online, and is symbol_server= right?"
                        .formatted(at.toASCIIString(), why),
                cause);
    }
}
