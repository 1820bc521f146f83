package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.Session;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.symbol.Symbol;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTextTest {
    /** Clears the screen, starts a line of its own, runs from right to left, uses an 8-bit CSI, ends in half a character. */
    private static final String HOSTILE = "\u001b[2J\r\nx\u202egnp\u009b31m\u2066\ud800";

    private static FakeTarget target() {
        return new FakeTarget()
                .process(1, HOSTILE, HOSTILE)
                .damagedProcess(2, FakeTarget.lacking(HOSTILE, HOSTILE))
                .thread(1, 1, HOSTILE)
                .add(new ModuleInfo(1L, HOSTILE, 1L, 1L, FakeTarget.WHOLE))
                .add(new MemoryRegion(0, 4096, HOSTILE, 0, HOSTILE, 0, FakeTarget.WHOLE))
                .add(new Symbol(HOSTILE, 1, '\u001b', HOSTILE))
                .variable(HOSTILE, HOSTILE)
                .missing(HOSTILE, HOSTILE)
                .defect(HOSTILE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ps image",
                "ps --json image",
                "threads image",
                "threads --json image",
                "modules image",
                "modules --json image",
                "maps 1 image",
                "maps --json 1 image",
                "env 1 image",
                "env --json 1 image",
                "symbols image",
                "symbols --json image",
                "info image",
                "info --json image"
            })
    void nothingOfATargetReachesTheTerminalAlive(String line) {
        Run run = Run.of(target(), line.split(" "));
        assertThat(run.out()).matches("[\\x20-\\x7e\n]*").containsIgnoringCase("1b");
        assertThat(run.err()).matches("[\\x20-\\x7e\n]*");
        assertThat(run.err().lines()).allMatch(said -> said.startsWith("memflow: "));
    }

    @Test
    void showsWhatWasThere() {
        assertThat(Run.of(target(), "threads", "image").out())
                .endsWith("  \\x1b[2J\\r\\nx\\u202egnp\\x9b31m\\u2066\\ud800\n");
        assertThat(Run.of(target(), "threads", "--json", "image").out())
                .contains("\"name\":\"\\u001B[2J\\r\\nx\\u202Egnp\\u009B31m\\u2066\\uD800\"");
    }

    @Test
    void coloursOnlyOnATerminalAndNotAgainstTheUsersWish() {
        FakeTarget target = new FakeTarget().process(1, "init");
        assertThat(Run.in(Session.Terminal.PRESENT, Map.of(), target, "ps", "image")
                        .out())
                .contains("\u001b[1m");
        assertThat(Run.in(Session.Terminal.PRESENT, Map.of("NO_COLOR", "1"), target, "ps", "image")
                        .out())
                .doesNotContain("\u001b");
        assertThat(Run.in(Session.Terminal.PRESENT, Map.of(), target, "ps", "--color=never", "image")
                        .out())
                .doesNotContain("\u001b");
        assertThat(Run.of(target, "ps", "--color", "always", "image").out()).contains("\u001b[1m");
    }

    @Test
    void wideCharactersKeepColumnsAligned() {
        FakeTarget target = new FakeTarget().process(1, "日本").process(2, "e\u0301a");
        assertThat(Run.of(target, "ps", "image").out()).contains("日本  -\n").contains("e\u0301a    -\n");
    }
}
