package io.memflow.guest.host;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program of this machine with its arguments, run to its end without a shell. Messages come in English ({@code LC_ALL=C}),
 * because some are read. Immutable.
 */
public final class HostCommand {
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(10);

    /** A thread for each stream: on a shared pool one full pipe could keep the other from being read. */
    private static final Executor READERS = task -> Thread.ofPlatform().daemon().start(task);

    private final List<String> words;
    private final Map<String, String> environment;
    private final Optional<Path> folder;

    private HostCommand(List<String> words, Map<String, String> environment, Optional<Path> folder) {
        this.words = List.copyOf(words);
        this.environment = Map.copyOf(environment);
        this.folder = folder;
    }

    public static HostCommand of(String... words) {
        return of(List.of(words));
    }

    public static HostCommand of(List<String> words) {
        return new HostCommand(words, Map.of("LC_ALL", "C"), Optional.empty());
    }

    /** The same command with one more environment variable. */
    public HostCommand with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new HostCommand(words, more, folder);
    }

    /** The same command in another working folder. */
    public HostCommand in(Path workingFolder) {
        return new HostCommand(words, environment, Optional.of(workingFolder));
    }

    /**
     * Runs it and returns how it ended, whatever its exit status.
     *
     * @throws MemflowException when it cannot be started or does not end within ten minutes
     */
    public CommandResult run() {
        Process process = start();
        try {
            process.getOutputStream().close();
            CompletableFuture<String> errors =
                    CompletableFuture.supplyAsync(() -> text(process, Stream.ERRORS), READERS);
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> text(process, Stream.OUTPUT), READERS);
            if (!process.waitFor(DEFAULT_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw failure("did not end within %s".formatted(DEFAULT_LIMIT), null);
            }
            return new CommandResult(process.exitValue(), output.join(), errors.join());
        } catch (IOException | CompletionException e) {
            throw failure("could not be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Runs it and returns what it printed.
     *
     * @throws MemflowException also when its exit status is not 0, with its last lines
     */
    public String runOrFail() {
        CommandResult result = run();
        if (!result.succeeded()) {
            throw failure("failed with status %d: %s".formatted(result.exitCode(), result.complaint()), null);
        }
        return result.output();
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }

    private Process start() {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        folder.ifPresent(path -> builder.directory(path.toFile()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw failure("could not be started: " + e.getMessage(), e);
        }
    }

    private enum Stream {
        OUTPUT,
        ERRORS
    }

    private static String text(Process process, Stream stream) {
        try (var in = stream == Stream.OUTPUT ? process.getInputStream() : process.getErrorStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MemflowException failure(String what, @Nullable Throwable cause) {
        return new MemflowException(
                ErrorOrigin.OTHER, ErrorKind.UNKNOWN, "The command '%s' %s.".formatted(this, what), cause);
    }
}
