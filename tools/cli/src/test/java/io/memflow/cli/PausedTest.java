package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeProcessors;
import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.cpu.CpuState;
import org.junit.jupiter.api.Test;

class PausedTest {
    private final FakeProcessors processors = new FakeProcessors();

    @Test
    void aMachineIsHeldOnlyWhenAskedAndRunsOnAfterwards() {
        FakeTarget target = new FakeTarget().process(7, "sh").processors(processors);
        assertThat(Run.of(target, "ps", "image").status()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(processors.pauses()).isZero();
        for (String line :
                new String[] {"ps --paused image", "read --paused phys 0 16 image", "doctor --paused image"}) {
            Run run = Run.of(target, line.split(" "));
            assertThat(run.status()).as(line + run.err()).isNotEqualTo(ExitStatus.FAILED);
            assertThat(processors.state()).isEqualTo(CpuState.RUNNING);
        }
        assertThat(processors.pauses()).isEqualTo(3);
    }

    @Test
    void aTargetWithoutProcessorsCannotBeHeld() {
        FakeTarget target = new FakeTarget().process(7, "sh");
        Run run = Run.of(target, "ps", "--paused", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("an image has none", "-qmp unix:");
        assertThat(target.closings()).isEqualTo(1);
        assertThat(Run.of(target, "registers", "image").status()).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void registersAreShownWithTheStateTheyWereTakenIn() {
        FakeTarget target = new FakeTarget().processors(processors);
        Run text = Run.of(target, "registers", "image");
        assertThat(text.out())
                .startsWith("The machine is running.\n")
                .contains("rax", "0x0000000000001234", "x\\x1b[2Jmm0", "0x00000000000000000000000000000005");
        Run json = Run.of(target, "registers", "--paused", "--json", "image");
        assertThat(json.out().lines().toList()).hasSize(3).first().isEqualTo("""
                {"state":"paused","processor":0,"name":"rax","bits":64,"value":"0x0000000000001234"}""");
        assertThat(processors.state()).isEqualTo(CpuState.RUNNING);
    }
}
