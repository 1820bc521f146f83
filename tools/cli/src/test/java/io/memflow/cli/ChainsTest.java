package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.DiscoveryStep;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A machine inside another, as the command line shows it. */
class ChainsTest {
    private static final String[] CHAIN = {"-c", "fake:image", "-o", "toy", "-c", "fake:inner", "-o", "toy"};

    private static FakeTarget target() {
        return new FakeTarget()
                .process(1, "init")
                .add(new DiscoveryStep(
                        "kernel page table",
                        DiscoveryStep.Confidence.CONFIRMED,
                        "root 0x1c410000",
                        Duration.ofNanos(1)));
    }

    private static Run run(FakeTarget target, String command, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = command;
        System.arraycopy(words, 0, all, 1, words.length);
        return Run.of(target, all);
    }

    @Test
    void stepsRepeat() {
        Run run = run(target(), "ps", CHAIN);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(run.out()).contains("init");
    }

    @Test
    void infoNamesTheSystemsThatTheMemoryWasReachedThrough() {
        assertThat(run(target(), "info", CHAIN).out()).containsPattern("inside +Linux version 6.1");
        Run json = run(target(), "info", "--json", "-c", "fake:image", "-o", "toy", "-c", "fake:inner", "-o", "toy");
        assertThat(json.out().lines().filter(line -> line.startsWith("{\"record\":\"enclosing\"")))
                .hasSize(1);
        assertThat(run(target(), "info", "image").out()).doesNotContain("inside ");
    }

    @Test
    void doctorShowsEachStepAndWhatItOpened() {
        Run run = run(target(), "doctor", CHAIN);
        assertThat(run.out())
                .containsSubsequence(
                        "step 1 of 4",
                        "-c fake:image",
                        "step 2 of 4",
                        "kernel page table",
                        "step 3 of 4",
                        "-c fake:inner",
                        "step 4 of 4",
                        "kernel page table");
        assertThat(run(target(), "doctor", "image").out()).doesNotContain("step 1");
    }

    @Test
    void errorsNameTheStep() {
        Run turn = run(target(), "ps", "-c", "fake:image", "-o", "toy", "-o", "toy");
        assertThat(turn.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(turn.err()).contains("At step 3, \"-o toy\", behind \"-o toy\"");
        Run inner = run(target(), "ps", "-c", "fake:image", "-o", "toy", "-c", "fake:text", "-o", "toy");
        assertThat(inner.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(inner.err()).contains("At step 4, \"-o toy\": No toy system");
        Run spelled = run(target(), "ps", "-c", "fake:image", "-o", "toy", "-c", "fake:inner:a=b=c", "-o", "toy");
        assertThat(spelled.err()).contains("In \"fake:inner:a=b=c\", at \"=c\"");
    }
}
