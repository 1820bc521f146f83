package io.memflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.session.ExitStatus;
import org.junit.jupiter.api.Test;

class DamageTest {
    @Test
    void namesMissingFieldsAndEndsIncomplete() {
        FakeTarget target = new FakeTarget()
                .process(1, "init")
                .damagedProcess(7, FakeTarget.lacking("task_struct.mm", "page not present"));
        Run run = Run.of(target, "ps", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(run.out()).isEqualTo("""
                        PID  PPID   UID  S  THREADS  STARTED               NAME  COMMAND
                          1     0  1000  S        2  2026-11-23 13:50:01Z  init  -
                          7     ?     ?  ?        ?  ?                     ?     ?
                        """);
        assertThat(run.err()).isEqualTo("memflow: could not read task_struct.mm of process 7: page not present.\n");
    }

    @Test
    void saysInJsonWhatIsMissing() {
        FakeTarget target =
                new FakeTarget().damagedProcess(7, FakeTarget.lacking("task_struct.mm", "page not present"));
        assertThat(Run.of(target, "ps", "--json", "image").out())
                .endsWith("\"complete\":false,"
                        + "\"missing\":[{\"what\":\"task_struct.mm\",\"why\":\"page not present\"}]}\n");
    }

    @Test
    void groupsWhatIsMissingForOneReason() {
        FakeTarget target = new FakeTarget();
        for (int pid = 10; pid < 20; pid++) {
            target.damagedProcess(
                    pid, FakeTarget.lacking("comm", "page 0x" + Integer.toHexString(pid) + "000 not present"));
        }
        Run run = Run.of(target, "ps", "image");
        assertThat(run.err())
                .isEqualTo("memflow: could not read comm of process 10, process 11, process 12, process 13 and 6 more:"
                        + " page 0xa000 not present (the first of 10).\n");
    }

    @Test
    void limitsHowManyKindsItNames() {
        FakeTarget target = new FakeTarget();
        for (int pid = 10; pid < 110; pid++) {
            target.damagedProcess(pid, FakeTarget.lacking("field" + pid, "gone"));
        }
        assertThat(Run.of(target, "ps", "image").err().lines())
                .hasSize(21)
                .last()
                .isEqualTo("memflow: and 80 more kinds of unreadable parts.");
    }

    @Test
    void namesWhatIsMissingFromTheWholeList() {
        Run run = Run.of(new FakeTarget().missing("task list", "a link leads nowhere"), "threads", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(run.err()).isEqualTo("memflow: could not read task list: a link leads nowhere.\n");
    }

    @Test
    void namesDefectsOfTheSource() {
        Run run = Run.of(new FakeTarget().defect("The file ends early."), "symbols", "image");
        assertThat(run.status()).isEqualTo(ExitStatus.INCOMPLETE);
        assertThat(run.err()).isEqualTo("memflow: The file ends early.\n");
    }
}
