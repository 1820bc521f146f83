package io.memflow.os.linux.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.os.linux.structure.TestMachine;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MountLearnerTest {
    private static final long TASK = TestMachine.BASE + 0x10_0000;
    private static final long PROXY = TestMachine.BASE + 0x14_0000;
    private static final long NAMESPACE = TestMachine.BASE + 0x18_0000;
    private static final long MOUNTS = TestMachine.BASE + 0x1C_0000;
    private static final long FILES = TestMachine.BASE + 0x20_0000;
    private static final int COUNT = 12;
    private static final int MOUNT_BYTES = 0x100;
    private static final int INSIDE = 0x20;
    private static final int LIST = 0x60;
    private static final int OWNER = 0xA0;
    private static final int HEAD = 0x28;

    private final TestMachine machine = new TestMachine();
    private final Lesson lesson = new Lesson();

    /** All mounts lie side by side on their namespace's list. */
    MountLearnerTest() {
        Ruling all = new Ruling(0, COUNT, 0);
        lesson.take("file", "f_path.mnt", 8, all.at(8));
        lesson.take("mount", "mnt", 24, all.at(INSIDE));
        lesson.take("mnt_namespace", "ns.inum", 4, all.at(0x10));
        lesson.take("task_struct", "nsproxy", 8, all.at(0x200));
        lesson.take("nsproxy", "mnt_ns", 8, all.at(0x18));
        lesson.take("task_struct", "tasks", 8, all.at(0x100));
        lesson.landmark("init_task", TASK);
        machine.word(TASK + 0x100, TASK + 0x100).word(TASK + 0x200, PROXY).word(PROXY + 0x18, NAMESPACE);
        long before = NAMESPACE + HEAD;
        for (int i = 0; i < COUNT; i++) {
            long mount = MOUNTS + (long) i * MOUNT_BYTES;
            machine.word(before, mount + LIST)
                    .word(mount + LIST + 8, before)
                    .word(mount + OWNER, NAMESPACE)
                    .half(mount + OWNER + 8, i + 1);
            before = mount + LIST;
        }
        machine.word(before, NAMESPACE + HEAD).word(NAMESPACE + HEAD + 8, before);
    }

    /** Learns from a file of each mount that is named. */
    private void learnFrom(IntStream mounts) {
        List<Long> files = mounts.mapToObj(i -> {
                    long file = FILES + i * 0x100L;
                    machine.word(file + 8, MOUNTS + (long) i * MOUNT_BYTES + INSIDE);
                    return file;
                })
                .toList();
        KernelBytes source =
                new KernelBytes(machine.kernel(6, 1).memory(), MemorySegment.ofArray(new byte[8]), TestMachine.BASE);
        new MountLearner(source, lesson, files).learn();
    }

    private void assertLearned() {
        assertThat(lesson.offset("mount", "mnt_list")).isEqualTo(OptionalInt.of(LIST));
        assertThat(lesson.offset("mount", "mnt_ns")).isEqualTo(OptionalInt.of(OWNER));
        assertThat(lesson.offset("mnt_namespace", "list")).isEqualTo(OptionalInt.of(HEAD));
        assertThat(lesson.offset("mount", "mnt.mnt_flags")).isEqualTo(OptionalInt.of(INSIDE + 16));
        assertThat(lesson.offset("mount", "mnt_id")).isEqualTo(OptionalInt.of(OWNER + 8));
    }

    @Test
    void theListThatAllMountsAreOnIsTaken() {
        learnFrom(IntStream.range(0, COUNT));
        assertLearned();
    }

    @Test
    void theNextObjectIsNoOtherPlace() {
        learnFrom(IntStream.range(0, COUNT).filter(i -> i % 2 == 0));
        assertLearned();
    }

    @Test
    void twoListsThatFitDecideNothing() {
        for (int i = 0; i < COUNT; i++) {
            machine.word(MOUNTS + (long) i * MOUNT_BYTES + OWNER + 16, NAMESPACE);
        }
        learnFrom(IntStream.range(0, COUNT));
        assertThat(lesson.offset("mount", "mnt_list")).isEmpty();
        assertThat(lesson.types().absence("mount", "mnt_list")).isPresent();
    }
}
