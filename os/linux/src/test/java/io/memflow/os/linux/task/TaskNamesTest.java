package io.memflow.os.linux.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.FieldReader;
import io.memflow.core.os.MissingPart;
import io.memflow.os.linux.structure.TestMachine;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskNamesTest {
    private static final long TASK = TestMachine.BASE + 0x10000;
    private static final long KTHREAD = TestMachine.BASE + 0x11000;
    private static final long WORKER = TestMachine.BASE + 0x12000;
    private static final long POOL = TestMachine.BASE + 0x13000;
    private static final long TEXT = TestMachine.BASE + 0x14000;
    private static final int KERNEL_THREAD = 0x0020_0000;
    private static final int WORKQUEUE_WORKER = 0x20;

    private final TestMachine machine = new TestMachine()
            .member("task_struct.flags", 0, 4)
            .member("task_struct.comm", 8, 16)
            .member("task_struct.worker_private", 24, 8)
            .member("task_struct.set_child_tid", 32, 8)
            .member("kthread.data", 0, 8)
            .member("kthread.full_name", 8, 8)
            .member("worker.task", 0, 8)
            .member("worker.pool", 8, 8)
            .member("worker.current_work", 16, 8)
            .member("worker.rescue_wq", 24, 8)
            .member("worker.desc", 32, 32);

    TaskNamesTest() {
        machine.half(TASK, KERNEL_THREAD).text(TASK + 8, "rcu_tasks_kthre");
        machine.word(TASK + 24, KTHREAD).word(KTHREAD + 8, TEXT).text(TEXT, "rcu_tasks_kthread");
    }

    /** A name, and what the row would lack. */
    private record Read(String name, List<MissingPart> missing) {}

    @Test
    void aCutNameIsGivenWhole() {
        assertThat(read()).isEqualTo(new Read("rcu_tasks_kthread", List.of()));
    }

    @Test
    void anotherTextInItsPlaceIsNamedAndNotShown() {
        machine.text(TEXT, "\u0001\u0002");
        Read read = read();
        assertThat(read.name()).isEqualTo("rcu_tasks_kthre");
        assertThat(read.missing()).extracting(MissingPart::what).containsExactly("full name");
    }

    @Test
    void aShortNameIsWholeWhateverElseIsDamaged() {
        machine.text(TASK + 8, "kthreadd\0\0\0\0\0\0\0").word(TASK + 24, 0x1234);
        assertThat(read()).isEqualTo(new Read("kthreadd", List.of()));
    }

    @Test
    void aWorkerIsNamedWithWhatItWorksOn() {
        worker();
        assertThat(read()).isEqualTo(new Read("kworker/0:1-events", List.of()));
    }

    @Test
    void aWorkerOfAnotherTaskIsNotBelieved() {
        worker();
        machine.word(WORKER, TASK + 64);
        Read read = read();
        assertThat(read.name()).isEqualTo("kworker/0:1");
        assertThat(read.missing()).hasSize(1);
    }

    @Test
    void whereTheMemberIsLostTheOlderOneIsNotTakenForIt() {
        TestMachine damaged = new TestMachine()
                .member("task_struct.flags", 0, 4)
                .member("task_struct.comm", 8, 16)
                .member("task_struct.set_child_tid", 24, 8)
                .member("kthread.full_name", 8, 8);
        damaged.half(TASK, KERNEL_THREAD).text(TASK + 8, "rcu_tasks_kthre");
        damaged.word(TASK + 24, KTHREAD).word(KTHREAD + 8, TEXT).text(TEXT, "rcu_tasks_kthread");
        FieldReader fields = new FieldReader();
        assertThat(new TaskNames(damaged.kernel(6, 1)).read(TASK, fields)).isEqualTo("rcu_tasks_kthre");
        assertThat(fields.provenance("test").missing()).hasSize(1);
    }

    private void worker() {
        machine.half(TASK, KERNEL_THREAD | WORKQUEUE_WORKER).text(TASK + 8, "kworker/0:1\0\0\0\0");
        machine.word(KTHREAD, WORKER).word(WORKER, TASK).word(WORKER + 8, POOL).text(WORKER + 32, "events");
    }

    private Read read() {
        FieldReader fields = new FieldReader();
        String name = new TaskNames(machine.kernel(6, 1)).read(TASK, fields);
        return new Read(name, fields.provenance("test").missing());
    }
}
