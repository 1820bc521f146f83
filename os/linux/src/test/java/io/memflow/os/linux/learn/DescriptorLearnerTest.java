package io.memflow.os.linux.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.TestMachine;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DescriptorLearnerTest {
    private static final long TASKS = TestMachine.BASE + 0x10_0000;
    private static final long OWNERS = TestMachine.BASE + 0x14_0000;
    private static final long TABLES = TestMachine.BASE + 0x18_0000;
    private static final long FILES = TestMachine.BASE + 0x1C_0000;
    private static final long DENTRIES = TestMachine.BASE + 0x20_0000;
    private static final long INODES = TestMachine.BASE + 0x24_0000;
    private static final int COUNT = 12;
    private static final int OWNER = 0x1F0;
    private static final int SIGNAL = 0x200;
    private static final int TABLE = 0x20;

    private final TestMachine machine = new TestMachine();
    private final Lesson lesson = new Lesson();
    private final KernelBytes source = new KernelBytes(memory(), MemorySegment.ofArray(new byte[8]), TestMachine.BASE);

    DescriptorLearnerTest() {
        Ruling all = new Ruling(0, COUNT, 0);
        lesson.take("task_struct", "signal", 8, all.at(SIGNAL));
        lesson.take("file", "f_path.dentry", 8, all.at(8));
        lesson.take("file", "f_inode", 8, all.at(16));
        lesson.take("dentry", "d_inode", 8, all.at(0x30));
        for (int i = 0; i < COUNT; i++) {
            task(i);
        }
    }

    private VirtualMemory memory() {
        return machine.kernel(6, 1).memory();
    }

    /** A process with three open files, the last of its six slots closed on exec. */
    private void task(int i) {
        long owner = OWNERS + i * 0x400L;
        long table = TABLES + i * 0x400L;
        machine.word(TASKS + i * 0x400L + OWNER, owner)
                .word(owner + TABLE, table)
                .half(table, 64)
                .word(table + 8, table + 0x100)
                .word(table + 16, table + 0x80)
                .word(table + 24, table + 0x88)
                .word(table + 0x80, 0x20)
                .word(table + 0x88, 0x23);
        file(table + 0x100, 3 * i);
        file(table + 0x108, 3 * i + 1);
        file(table + 0x128, 3 * i + 2);
    }

    private void file(long slot, int number) {
        long file = FILES + number * 0x100L;
        machine.word(slot, file)
                .word(file + 8, DENTRIES + number * 0x100L)
                .word(file + 16, INODES + number * 0x100L)
                .word(DENTRIES + number * 0x100L + 0x30, INODES + number * 0x100L);
    }

    private Set<Long> learn() {
        List<Long> tasks = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            tasks.add(TASKS + i * 0x400L);
        }
        return new DescriptorLearner(source, lesson, new Samples(source, tasks, 0x300)).learn();
    }

    @Test
    void theTableThatItsBitsAgreeWithIsTaken() {
        assertThat(learn()).hasSize(3 * COUNT);
        assertThat(lesson.offset("task_struct", "files")).isEqualTo(OptionalInt.of(OWNER));
        assertThat(lesson.offset("files_struct", "fdt")).isEqualTo(OptionalInt.of(TABLE));
    }

    @Test
    void filesInSlotsWithoutABitDecideAgainstIt() {
        for (int i = 0; i < COUNT; i++) {
            machine.word(TABLES + i * 0x400L + 0x88, 0x3);
        }
        assertThat(learn()).isEmpty();
        assertThat(lesson.types().absence("files_struct", "fdt")).isPresent();
    }

    @Test
    void twoPointersThatFitDecideNothing() {
        for (int i = 0; i < COUNT; i++) {
            machine.word(TASKS + i * 0x400L + OWNER + 8, OWNERS + i * 0x400L);
        }
        assertThat(learn()).isEmpty();
        assertThat(lesson.offset("task_struct", "files")).isEmpty();
    }

    @Test
    void oneDamagedTableInTwentyIsForgiven() {
        machine.word(TABLES + 8, 0xFFFF_FFFF_FFFF_FFF0L);
        learn();
        assertThat(lesson.offset("files_struct", "fdt")).isEqualTo(OptionalInt.of(TABLE));
    }

    @Test
    void hostileTablesDoNoHarm() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 40; i++) {
                machine.word(TABLES + random.nextInt(COUNT * 0x80) * 8L, random.nextLong() >> random.nextInt(60));
            }
            try {
                learn();
            } catch (RuntimeException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }
}
