package io.memflow.os.linux.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.linux.structure.TestMachine;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogLearnerTest {
    private static final long IMAGE = TestMachine.BASE + 0x10_0000;
    private static final int IMAGE_BYTES = 0x2000;
    private static final long RING = IMAGE + 0x100;
    private static final long VARIABLE = IMAGE + 0x1000;
    private static final long DESCRIPTORS = TestMachine.BASE + 0x20_0000;
    private static final long INFOS = TestMachine.BASE + 0x21_0000;
    private static final long TEXTS = TestMachine.BASE + 0x22_0000;
    private static final int RECORDS = 40;
    private static final int BLOCK = 32;
    private static final long FINALIZED = 2L << 62;

    private final TestMachine machine = new TestMachine();
    private final Lesson lesson = new Lesson();

    private void ring(int infoBytes) {
        machine.half(RING, 6)
                .word(RING + 8, DESCRIPTORS)
                .word(RING + 16, INFOS)
                .word(RING + 24, RECORDS - 1)
                .word(RING + 32, 0)
                .half(RING + 40, 12)
                .word(RING + 48, TEXTS)
                .word(VARIABLE, RING);
        for (int id = 0; id < RECORDS; id++) {
            machine.word(DESCRIPTORS + id * 24L, FINALIZED | id)
                    .word(DESCRIPTORS + id * 24L + 8, (long) id * BLOCK)
                    .word(DESCRIPTORS + id * 24L + 16, (id + 1L) * BLOCK)
                    .word(INFOS + (long) id * infoBytes, 100 + id)
                    .word(TEXTS + (long) id * BLOCK, id);
        }
    }

    private void learn() {
        VirtualMemory memory = machine.kernel(6, 1).memory();
        KernelBytes all = new KernelBytes(memory, MemorySegment.NULL, 0);
        new LogLearner(new KernelBytes(memory, all.copy(IMAGE, IMAGE_BYTES), IMAGE), lesson).learn();
    }

    @Test
    void findsTheRingAndTheSizeOfItsRecords() {
        ring(88);
        learn();
        assertThat(lesson.landmarks()).containsEntry("prb", VARIABLE);
        assertThat(lesson.types().size("printk_info")).hasValue(88);
        assertThat(lesson.offset("printk_info", "dev_info.device")).isEqualTo(OptionalInt.of(40));
        assertThat(lesson.offset("printk_ringbuffer", "text_data_ring.data")).isEqualTo(OptionalInt.of(48));
    }

    @Test
    void largerRecordsHaveTheirDeviceFurtherBehind() {
        ring(112);
        learn();
        assertThat(lesson.types().size("printk_info")).hasValue(112);
        assertThat(lesson.offset("printk_info", "dev_info.device")).isEqualTo(OptionalInt.of(60));
    }

    @Test
    void twoWordsThatPointToRingsDecideNothing() {
        ring(88);
        machine.word(VARIABLE + 8, RING);
        learn();
        assertThat(lesson.landmarks()).isEmpty();
        assertThat(lesson.types().absence("printk_ringbuffer", "desc_ring.descs"))
                .hasValueSatisfying(why -> assertThat(why).contains("2 words"));
    }

    @Test
    void aRingWhoseTextsBearOtherNumbersIsNone() {
        ring(88);
        for (int id = 0; id < RECORDS; id += 2) {
            machine.word(TEXTS + (long) id * BLOCK, 7_000 + id);
        }
        learn();
        assertThat(lesson.landmarks()).isEmpty();
    }

    @Test
    void hostileImagesDoNoHarm() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            ring(88);
            for (int i = 0; i < 20; i++) {
                machine.word(
                        RING + random.nextInt(8) * 8L, random.nextBoolean() ? random.nextLong() : random.nextInt(64));
                machine.word(IMAGE + random.nextInt(IMAGE_BYTES / 8) * 8L, random.nextLong());
            }
            try {
                learn();
            } catch (RuntimeException failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }
}
