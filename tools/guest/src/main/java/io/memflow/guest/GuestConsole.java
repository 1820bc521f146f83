package io.memflow.guest;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a guest printed on its serial port, as QEMU writes it to a file. Thread-safe: holds no state. */
final class GuestConsole {
    private static final String PANIC = "Kernel panic";

    /** Between two looks at the file: short against a boot of seconds, and next to no work. */
    private static final Duration LOOK = Duration.ofMillis(10);

    /** How much of the end is quoted in messages, in characters. */
    private static final int QUOTED = 1500;

    private final Path file;
    private final Path qemuLog;

    GuestConsole(Path file, Path qemuLog) {
        this.file = file;
        this.qemuLog = qemuLog;
    }

    /** All of it so far, with line ends as line feeds. */
    String text() {
        return read(file).replace("\r", "");
    }

    void await(String text, QemuProcess process, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            String console = text();
            if (console.contains(text)) {
                return;
            }
            if (console.contains(PANIC)) {
                throw failure("The guest's kernel panicked before it printed '%s'".formatted(text), console);
            }
            if (!alive) {
                throw failure("QEMU ended before the guest printed '%s'".formatted(text), console);
            }
            if (System.nanoTime() - deadline > 0) {
                throw failure("The guest did not print '%s' within %d s".formatted(text, limit.toSeconds()), console);
            }
            pause();
        }
    }

    MemflowException failure(String what, String console) {
        String end = console.substring(Math.max(0, console.length() - QUOTED)).strip();
        return new MemflowException(
                ErrorOrigin.OTHER,
                ErrorKind.UNKNOWN,
                "%s. QEMU said: %s. The console ends with: %s".formatted(what, quoted(read(qemuLog)), quoted(end)));
    }

    static void pause() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MemflowException(
                    ErrorOrigin.OTHER, ErrorKind.UNKNOWN, "The wait for a guest was interrupted.", e);
        }
    }

    private static String quoted(String text) {
        return text.isBlank() ? "(nothing)" : text.strip();
    }

    private static String read(Path path) {
        try {
            return Files.exists(path) ? new String(Files.readAllBytes(path), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "The guest's log %s could not be read: %s".formatted(path, e.getMessage()),
                    e);
        }
    }
}
