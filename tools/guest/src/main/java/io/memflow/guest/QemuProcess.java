package io.memflow.guest;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * QEMU as a child process. A thread of its own starts it and stays until it has ended, because the kernel's parent-death
 * signal goes by the thread that forked, not by the process. Thread-safe.
 */
final class QemuProcess {
    private final Process process;

    private QemuProcess(Process process) {
        this.process = process;
    }

    static QemuProcess start(String name, List<String> words, Path log) {
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("guest " + name).start(() -> own(builder, started));
        try {
            return new QemuProcess(started.join());
        } catch (CompletionException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.NOT_FOUND,
                    "QEMU could not be started: %s".formatted(e.getMessage()),
                    e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends QEMU at once and waits until it is gone. */
    void end() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private static void own(ProcessBuilder builder, CompletableFuture<Process> started) {
        try {
            Process process = builder.start();
            started.complete(process);
            process.onExit().join();
        } catch (IOException e) {
            started.completeExceptionally(e);
        }
    }
}
