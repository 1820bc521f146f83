package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.plugin.AvailableTarget;
import org.junit.jupiter.api.Test;

class TargetsTest {
    private static FakeTarget target() {
        return new FakeTarget()
                .available(new AvailableTarget("4711", "vm\u001b[1m1", "emulator", 1L << 30, "monitor /run/vm1"))
                .available(new AvailableTarget("4712", null, "emulator", null, "no monitor"));
    }

    @Test
    void showsWhatTheOtherCommandsTake() {
        Run run = Run.of(target(), "targets");
        assertThat(run.status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(run.out()).isEqualTo("""
                        TARGET     NAME        MEMORY  KIND      REACHED BY
                        fake:4711  vm\\x1b[1m1   1 GiB  emulator  monitor /run/vm1
                        fake:4712  -                -  emulator  no monitor
                        """);
    }

    @Test
    void isMachineReadable() {
        assertThat(Run.of(target(), "targets", "--json").out()).isEqualTo("""
                        {"target":"fake:4711","connector":"fake","os":null,"name":"vm\\u001B[1m1","memory_bytes":1073741824,\
                        "kind":"emulator","reach":"monitor /run/vm1"}
                        {"target":"fake:4712","connector":"fake","os":null,"name":null,"memory_bytes":null,\
                        "kind":"emulator","reach":"no monitor"}
                        """);
    }

    @Test
    void takesNoWords() {
        assertThat(Run.of(target(), "targets", "vm1").status()).isEqualTo(ExitStatus.USAGE);
    }
}
