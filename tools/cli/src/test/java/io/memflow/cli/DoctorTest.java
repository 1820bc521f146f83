package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.symbol.Symbol;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static FakeTarget target() {
        return new FakeTarget()
                .process(1, "init")
                .add(new Symbol("_text", 0xffffffff81000000L, 'T', ""))
                .add(new DiscoveryStep(
                        "kernel page table",
                        DiscoveryStep.Confidence.CONFIRMED,
                        "root 0x1c410000",
                        Duration.ofNanos(12_340_000)));
    }

    @Test
    void showsEveryStepFromTheTargetToItsLists() {
        Run run = Run.of(target(), "doctor", "image");
        assertThat(run.status()).as(run.out()).isEqualTo(ExitStatus.COMPLETE);
        assertThat(run.out())
                .contains("fake \\x1b[31mimage", "root 0x1c410000", "1 rows, complete", "came to their end and agree.");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void namesWhatListsLackAndWhatToDo() {
        Run run = Run.of(target().missing("pid table", "it is damaged"), "doctor", "--json", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(run.out())
                .contains("missing is pid table: it is damaged", "\"advice\":\"What is missing was damaged")
                .endsWith("\"status\":3}\n");
    }

    @Test
    void endsWithADiagnosisWhenNoSystemIsFound() {
        Run run = Run.of(new FakeTarget().defect("The file ends early."), "doctor", "text");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.out())
                .contains("The file ends early.", "No toy system in \\x1b[2Jthe memory", "No system can be read");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void endsWithADiagnosisWhenTheTargetCannotBeOpened() {
        Run run = Run.of(target(), "doctor", "nowhere");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.out()).contains("no file and no running machine", "the step \"target\" (source) failed");
    }
}
