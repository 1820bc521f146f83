package io.memflow.connector.qemu.keeper;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A keeper as its owner sees it: a Java virtual machine of its own, in a session of its own, so that neither a terminal's
 * interrupt nor a signal to the owner's group ends it before it has done its work. The only ways to it are its standard
 * input and output. They end with the owner, and no other child of the owner holds them. Confined.
 */
public final class KeeperProcess implements AutoCloseable {
    /** Small and quick to start: it waits most of the time. */
    private static final List<String> JVM_OPTIONS =
            List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData");

    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private final Process process;
    private final BufferedWriter toKeeper;
    private final BufferedReader fromKeeper;

    private KeeperProcess(Process process) {
        this.process = process;
        this.toKeeper =
                new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
        this.fromKeeper =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /**
     * Starts a keeper.
     *
     * @param main its program, whose first line of output the caller waits for with {@link #hear}
     * @throws MemflowException when no process can be started; the machine was not touched then
     */
    public static KeeperProcess start(Class<?> main, List<String> arguments) {
        List<String> words = new ArrayList<>();
        SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(setsid -> words.add(setsid.toString()));
        words.addAll(JavaCommand.words(main, JVM_OPTIONS));
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(Redirect.DISCARD);
        // Options meant for the owner would only slow the keeper down, or print where lines are expected.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        try {
            return new KeeperProcess(builder.start());
        } catch (IOException e) {
            throw broken("it could not be started (%s)".formatted(e.getMessage()), e);
        }
    }

    /**
     * Sends a line.
     *
     * @throws MemflowException when the keeper is gone
     */
    public void say(KeeperLine line) {
        try {
            toKeeper.write(line.written());
            toKeeper.write('\n');
            toKeeper.flush();
        } catch (IOException e) {
            throw broken("it ended (%s)".formatted(e.getMessage()), e);
        }
    }

    /**
     * Waits for a line. A keeper bounds all its own waits, so one comes or the keeper ends.
     *
     * @param word what it is about
     * @return the line's text
     * @throws MemflowException when the keeper is gone, or tells of a failure
     */
    public String hear(String word) {
        try {
            String line = fromKeeper.readLine();
            if (line == null) {
                throw broken("it ended without a word", null);
            }
            KeeperLine heard = KeeperLine.parse(line);
            if (!heard.word().equals(word)) {
                throw broken("it said \"%s\"".formatted(line), null);
            }
            return heard.text();
        } catch (IOException e) {
            throw broken("it could not be heard (%s)".formatted(e.getMessage()), e);
        }
    }

    /** Lets the keeper give the machine back, as this process' own end would; what it says then can be heard. Idempotent. */
    public void finish() {
        try {
            toKeeper.close();
        } catch (IOException alreadyGone) {
            process.destroy();
        }
    }

    /** {@link #finish}, and waits until the keeper is gone. Idempotent. */
    @Override
    public void close() {
        finish();
        process.onExit().join();
    }

    /** A keeper that did not do its work. */
    public static MemflowException broken(String found, @Nullable Throwable cause) {
        return new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.UNKNOWN,
                "The process that sees to it that a paused machine runs on did not do its work: %s. Check the machine with query-status in its monitor; cont lets it run."
                        .formatted(found),
                cause);
    }
}
