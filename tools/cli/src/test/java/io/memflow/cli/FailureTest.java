package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.core.symbol.Symbol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTest {
    /** A stream that refuses whatever is written. */
    private static final class Refusing extends OutputStream {
        private final String reason;

        Refusing(String reason) {
            this.reason = reason;
        }

        @Override
        public void write(int octet) throws IOException {
            throw new IOException(reason);
        }
    }

    private static Run refused(String reason, String... words) {
        FakeTarget target = new FakeTarget().process(1, "init").add(new Symbol("_text", 1, 'T', ""));
        return Run.into(new Refusing(reason), Session.Terminal.ABSENT, Map.of(), target, words);
    }

    private static String thrown(Error failure, Map<String, String> environment) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Session session = new Session(
                () -> {
                    throw failure;
                },
                OutputStream.nullOutputStream(),
                new Diagnostics(new PrintStream(err, true, StandardCharsets.UTF_8)),
                Session.Terminal.ABSENT,
                environment);
        assertThat(new Program(session).run("ps", "image")).isEqualTo(ExitStatus.FAILED);
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void targetsWithoutASystemAreOneSentence() {
        Run run = Run.of(new FakeTarget(), "ps", "text");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).isEqualTo("memflow: No toy system in \\x1b[2Jthe memory; try another image.\n");
        assertThat(run.raw()).isEmpty();
    }

    @Test
    void whatIsWrongWithTheSourceComesFirst() {
        FakeTarget target = new FakeTarget().defect("The file ends early.");
        Run run = Run.of(target, "ps", "text");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).startsWith("memflow: The file ends early. No toy system in ");
        assertThat(target.closings()).isEqualTo(1);
    }

    @Test
    void unknownTargetsAreOneSentence() {
        Run run = Run.of(new FakeTarget(), "ps", "no\u001bsuch");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).startsWith("memflow: \"no\\x1bsuch\" is no file");
        assertThat(run.err().lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ps image", "ps --json image", "symbols image", "read --raw phys 0 16 image", "--help"})
    void closedPipesEndQuietly(String line) {
        Run run = refused("Broken pipe", line.split(" "));
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ps image", "ps --json image", "symbols image", "read --raw phys 0 16 image", "--help"})
    void fullDisksAreFailures(String line) {
        Run run = refused("No space left on device", line.split(" "));
        assertThat(run.err()).isEqualTo("memflow: The output could not be written: No space left on device.\n");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void errorsOfTheMachineAreOneSentence() {
        assertThat(thrown(new OutOfMemoryError("Java heap space"), Map.of()))
                .contains("MEMFLOW_JAVA_OPTIONS=-Xmx")
                .hasLineCount(1);
        assertThat(thrown(new InternalError("a fault occurred in an unsafe memory access operation"), Map.of()))
                .contains("became shorter")
                .hasLineCount(1);
        assertThat(thrown(new StackOverflowError(), Map.of()))
                .contains("fault in memflow itself", "MEMFLOW_TRACE=1")
                .hasLineCount(1);
    }

    @Test
    void tracesOnlyWhenAsked() {
        assertThat(thrown(new StackOverflowError(), Map.of("MEMFLOW_TRACE", "1")))
                .contains("\tat io.memflow");
    }
}
