package io.memflow.os.linux.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.os.MissingPart;
import io.memflow.core.structure.KernelList;
import io.memflow.os.linux.structure.Kernel;
import io.memflow.os.linux.structure.TestMachine;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunQueuesTest {
    private static final long MASK = TestMachine.BASE + 0x10000;
    private static final long OFFSETS = TestMachine.BASE + 0x10100;
    /** Where the queues lie in the area of each processor. */
    private static final long RUNQUEUES = 0x3000;

    private static final long FIRST = TestMachine.BASE + 0x40000;
    private static final long SECOND = TestMachine.BASE + 0x50000;
    private static final long RUNNING = TestMachine.BASE + 0x20000;
    private static final long WAITING = TestMachine.BASE + 0x21000;
    private static final long GROUPED = TestMachine.BASE + 0x22000;
    private static final long URGENT = TestMachine.BASE + 0x23000;
    private static final long IDLE = TestMachine.BASE + 0x24000;
    private static final long GROUP = TestMachine.BASE + 0x30000;
    private static final long GROUP_QUEUE = TestMachine.BASE + 0x31000;

    private static final long CURRENT = 8;
    private static final long IDLE_FIELD = 16;
    private static final long FAIR = 64;
    private static final long REAL_TIME = 256;
    private static final long ENTITY = 256;
    private static final long NODE = 16;
    private static final long OWN_QUEUE = 64;
    private static final long RT_ENTITY = 384;
    private static final int DEAD = 0x10;

    private final TestMachine machine = new TestMachine()
            .member("task_struct.tasks", 16, 16)
            .member("task_struct.pid", 32, 4)
            .member("task_struct.tgid", 36, 4)
            .member("task_struct.group_leader", 40, 8)
            .member("task_struct.real_parent", 48, 8)
            .member("task_struct.children", 56, 16)
            .member("task_struct.sibling", 72, 16)
            .member("task_struct.exit_state", 88, 4)
            .member("task_struct.se", ENTITY, 128)
            .member("task_struct.rt", RT_ENTITY, 48)
            .member("sched_entity.run_node", NODE, 24)
            .member("sched_entity.my_q", OWN_QUEUE, 8)
            .member("sched_rt_entity.run_list", 0, 16)
            .member("cfs_rq.tasks_timeline.rb_root", 8, 8)
            .member("rq.cpu", 0, 4)
            .member("rq.curr", CURRENT, 8)
            .member("rq.idle", IDLE_FIELD, 8)
            .member("rq.stop", 24, 8)
            .member("rq.cfs", FAIR, 128)
            .member("rq.rt.active.queue", REAL_TIME, 1600)
            .member("rb_root.rb_node", 0, 8)
            .member("rb_node.rb_right", 8, 8)
            .member("rb_node.rb_left", 16, 8)
            .size("cpumask", 8)
            .symbol("runqueues", RUNQUEUES)
            .symbol("__per_cpu_offset", OFFSETS)
            .symbol("__cpu_possible_mask", MASK);

    RunQueuesTest() {
        machine.word(MASK, 0b11);
        machine.word(OFFSETS, FIRST - RUNQUEUES).word(OFFSETS + 8, SECOND - RUNQUEUES);
        queue(FIRST, 0, RUNNING);
        queue(SECOND, 1, IDLE);
        task(RUNNING, 10);
        task(WAITING, 11);
        task(GROUPED, 12);
        task(URGENT, 13);
        machine.word(FIRST + FAIR + 8, WAITING + ENTITY + NODE);
        machine.word(WAITING + ENTITY + NODE + 8, GROUP + NODE);
        machine.word(GROUP + OWN_QUEUE, GROUP_QUEUE);
        machine.word(GROUP_QUEUE + 8, GROUPED + ENTITY + NODE);
        long head = SECOND + REAL_TIME + 50 * 16;
        machine.word(head, URGENT + RT_ENTITY).word(head + 8, URGENT + RT_ENTITY);
        machine.word(URGENT + RT_ENTITY, head).word(URGENT + RT_ENTITY + 8, head);
    }

    @Test
    void runningAndWaitingTasksOfAllProcessorsAreFound() {
        KernelList.Entries tasks = read();
        assertThat(tasks.addresses()).containsExactlyInAnyOrder(RUNNING, WAITING, GROUPED, URGENT);
        assertThat(tasks.missing()).isEmpty();
    }

    @Test
    void aDeadTaskThatStillRunsIsNone() {
        machine.half(RUNNING + 88, DEAD);
        assertThat(read().addresses()).doesNotContain(RUNNING);
        assertThat(read().missing()).isEmpty();
    }

    @Test
    void aQueueThatIsOverwrittenIsNamedAndTheOthersAreRead() {
        machine.half(FIRST, 77);
        KernelList.Entries tasks = read();
        assertThat(tasks.addresses()).containsExactly(URGENT);
        assertThat(tasks.missing()).extracting(MissingPart::what).containsExactly("runqueues of processor 0");
    }

    @Test
    void aGroupThatHoldsItselfEnds() {
        machine.word(GROUP_QUEUE + 8, GROUP + NODE);
        KernelList.Entries tasks = read();
        assertThat(tasks.addresses()).contains(RUNNING, WAITING, URGENT);
        assertThat(tasks.missing()).isNotEmpty();
    }

    @Test
    void aCurrentTaskThatIsNoneIsNamed() {
        machine.word(FIRST + CURRENT, MASK);
        KernelList.Entries tasks = read();
        assertThat(tasks.addresses()).contains(WAITING);
        assertThat(tasks.missing()).hasSize(1);
    }

    @Test
    void aKernelThatDoesNotSayWhereItsQueuesAreHasNone() {
        Kernel kernel = new TestMachine().kernel(6, 1);
        assertThat(RunQueues.of(kernel, new TaskFields(machine.kernel(6, 1)))).isEmpty();
    }

    @Test
    void whateverTheQueuesHoldItEndsWithoutAnException() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            RunQueuesTest damaged = new RunQueuesTest();
            long[] places = {FIRST, SECOND, WAITING + ENTITY, GROUP, GROUP_QUEUE, URGENT + RT_ENTITY, OFFSETS, MASK};
            for (int i = 0; i < 4; i++) {
                long[] values = {0, random.nextLong(), GROUP + NODE, FIRST, GROUP_QUEUE, WAITING + ENTITY + NODE};
                long at = places[random.nextInt(places.length)] + random.nextInt(32) * 8L;
                damaged.machine.word(at, values[random.nextInt(values.length)]);
            }
            assertThat(damaged.read().addresses()).as("seed " + seed).hasSizeLessThan(100);
        }
    }

    private void queue(long address, int number, long running) {
        machine.half(address, number).word(address + CURRENT, running).word(address + IDLE_FIELD, IDLE);
        for (int priority = 0; priority < 100; priority++) {
            long head = address + REAL_TIME + priority * 16L;
            machine.word(head, head).word(head + 8, head);
        }
    }

    private void task(long address, int id) {
        machine.half(address + 32, id).half(address + 36, id).word(address + 40, address);
    }

    private KernelList.Entries read() {
        Kernel kernel = machine.kernel(6, 1);
        return RunQueues.of(kernel, new TaskFields(kernel)).orElseThrow().read();
    }
}
