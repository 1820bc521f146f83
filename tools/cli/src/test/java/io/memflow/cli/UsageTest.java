package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps",
                "ps image image",
                "ps --nonsense image",
                "ps --json=yes image",
                "ps --color=pink image",
                "ps -c",
                "ps -c fake:x image",
                "ps -c fake:a:b:c:d",
                "ps -c fake:x:nothing=1",
                "ps -c fake:x:base=here",
                "ps -c nothing:x",
                "ps -o toy",
                "ps --online image",
                "ps --online -c fake:x",
                "ps --online -c fake:x -o toy",
                "ps --online -c fake:x -o toy::online=true",
                "ps -c fake:x -c fake:y",
                "read phys 0 1 -c fake:x -c fake:y",
                "read phys 0 1 -c fake:x -o toy -o toy",
                "maps image",
                "maps one image",
                "maps -1 image",
                "threads 1 2 image",
                "nothing",
                "--json ps image",
                "connectors here",
                "completion here"
            })
    void wrongCommandLinesEndWithOneSentence(String line) {
        Run run = Run.of(new FakeTarget(), line.split(" "));
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err().lines()).hasSize(1).allMatch(said -> said.startsWith("memflow: "));
        assertThat(run.raw()).isEmpty();
    }

    @Test
    void noWordsGiveTheOverviewOnStandardError() {
        Run run = Run.of(new FakeTarget());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("Usage:\n  memflow COMMAND");
        assertThat(run.raw()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps",
                "threads",
                "modules",
                "maps",
                "env",
                "read",
                "minidump",
                "symbols",
                "info",
                "connectors",
                "targets",
                "completion"
            })
    void everyCommandHasHelpOfReadableWidth(String command) {
        Run run = Run.of(new FakeTarget(), command, "--help");
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(run.out())
                .contains("Usage:\n  memflow " + command)
                .contains("Examples:\n")
                .isEqualTo(Run.of(new FakeTarget(), "help", command).out());
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void overviewNamesEveryCommand() {
        assertThat(Run.of(new FakeTarget(), "--help").out())
                .contains("  ps ", "  threads ", "  modules ", "  maps ", "  env ", "  read ", "  symbols ", "  info ");
    }

    @Test
    void versionNamesProgramAndJava() {
        assertThat(Run.of(new FakeTarget(), "--version").out()).matches("memflow \\S.*, Java 25\\S*\\n");
    }

    @Test
    void doubleDashEndsTheOptions() {
        Run run = Run.of(new FakeTarget(), "ps", "--", "--json");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("\"--json\" is no file");
    }

    @Test
    void completionOffersTheCommands() {
        assertThat(Run.of(new FakeTarget(), "completion").out())
                .contains(
                        "choices='ps threads",
                        "symbols) choices='--match -c -o --paused --online --json --color -h --help'");
    }
}
