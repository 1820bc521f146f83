package io.memflow.os.linux.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.LogRecord;
import io.memflow.os.linux.structure.TestMachine;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelLogTest {
    private static final long SYMBOLS = TestMachine.BASE + 0x10000;
    private static final long RING = TestMachine.BASE + 0x11000;
    private static final long DESCRIPTORS = TestMachine.BASE + 0x12000;
    private static final long INFOS = TestMachine.BASE + 0x13000;
    private static final long TEXTS = TestMachine.BASE + 0x14000;
    private static final int COUNT_BITS = 3;
    private static final int SIZE_BITS = 8;
    private static final long FINALIZED = 2L << 62;
    private static final int HEADER = 16;

    private final TestMachine machine = new TestMachine();

    private void ring(long tail, long head) {
        machine.symbol("prb", SYMBOLS)
                .word(SYMBOLS, RING)
                .member("printk_ringbuffer.desc_ring.count_bits", 0, 4)
                .member("printk_ringbuffer.desc_ring.descs", 8, 8)
                .member("printk_ringbuffer.desc_ring.infos", 16, 8)
                .member("printk_ringbuffer.desc_ring.head_id.counter", 24, 8)
                .member("printk_ringbuffer.desc_ring.tail_id.counter", 32, 8)
                .member("printk_ringbuffer.text_data_ring.size_bits", 40, 4)
                .member("printk_ringbuffer.text_data_ring.data", 48, 8)
                .size("prb_desc", 24)
                .member("prb_desc.state_var.counter", 0, 8)
                .member("prb_desc.text_blk_lpos.begin", 8, 8)
                .member("prb_desc.text_blk_lpos.next", 16, 8)
                .size("printk_info", 32)
                .member("printk_info.seq", 0, 8)
                .member("printk_info.ts_nsec", 8, 8)
                .member("printk_info.text_len", 16, 2)
                .member("printk_info.facility", 18, 1)
                .bits("printk_info.level", 19 * 8 + 5, 3, 1)
                .member("printk_info.caller_id", 20, 4)
                .half(RING, COUNT_BITS)
                .word(RING + 8, DESCRIPTORS)
                .word(RING + 16, INFOS)
                .word(RING + 24, head)
                .word(RING + 32, tail)
                .half(RING + 40, SIZE_BITS)
                .word(RING + 48, TEXTS);
    }

    private void record(long id, long begin, long next, String text) {
        long index = id & 7;
        long start = begin >>> SIZE_BITS == next >>> SIZE_BITS ? begin & 0xFF : 0;
        machine.word(DESCRIPTORS + index * 24, FINALIZED | id)
                .word(DESCRIPTORS + index * 24 + 8, begin)
                .word(DESCRIPTORS + index * 24 + 16, next)
                .word(INFOS + index * 32, id * 10)
                .word(INFOS + index * 32 + 8, id * 1000)
                .word(INFOS + index * 32 + 16, text.length() | 3L << 16 | 6L << 29 | 0x8000_0001L << 32);
        if ((begin & 1) == 0) {
            machine.word(TEXTS + start, id).text(TEXTS + start + 8, text);
        }
    }

    @Test
    void aRingGivesItsRecordsFromTailToHead() {
        ring(6, 9);
        record(6, 0x140, 0x150, "first");
        record(7, 0x1F8, 0x220, "behind the end");
        record(8, 3, 3, "");
        machine.word(DESCRIPTORS + 24, 9);
        Listing<LogRecord> log = read();
        assertThat(log.missing()).isEmpty();
        assertThat(log.rows()).extracting(LogRecord::text).containsExactly("first", "behind the end", "");
        LogRecord first = log.rows().getFirst();
        assertThat(first.sequence()).isEqualTo(60);
        assertThat(first.sinceBoot()).isEqualTo(Duration.ofNanos(6000));
        assertThat(first.level()).isEqualTo(LogRecord.Level.INFORMATION);
        assertThat(first.facility()).isEqualTo(3);
        assertThat(first.caller()).isEqualTo("cpu 1");
    }

    @Test
    void aTextThatWasOverwrittenIsMissingAndTheRecordStays() {
        ring(6, 6);
        record(6, 0x100, 0x110, "first");
        machine.word(TEXTS, 77);
        LogRecord row = read().rows().getFirst();
        assertThat(row.text()).isNull();
        assertThat(row.provenance().missing()).singleElement().asString().contains("overwritten");
    }

    @Test
    void absurdSizesAreDamage() {
        ring(0, 0);
        machine.half(RING, 60);
        assertThat(read().missing()).hasSize(1);
        machine.half(RING, COUNT_BITS).word(RING + 24, 1 << 20);
        assertThat(read().missing()).hasSize(1);
    }

    @Test
    void randomDamageEndsWithRowsOrReasons() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ring(6, 9);
            record(6, 0x100, 0x110, "first");
            record(7, 0x110, 0x130, "second");
            record(8, 0x130, 0x150, "third");
            for (int i = 0; i < 4; i++) {
                machine.word(RING + random.nextInt(0x3000 / 8) * 8L, random.nextLong());
            }
            Listing<LogRecord> log = KernelLogAnswer.of(machine);
            assertThat(log.rows()).as("seed %d", seed).hasSizeLessThanOrEqualTo(8);
        }
    }

    @Test
    void theOldBufferGivesItsRecordsAndWraps() {
        buffer(48, 2, 4);
        old(48, 32, "near the end");
        machine.word(TEXTS + 80 + 8, 0);
        old(0, 24, "start");
        Listing<LogRecord> log = read();
        assertThat(log.missing()).isEmpty();
        assertThat(log.rows()).extracting(LogRecord::text).containsExactly("near the end", "start");
        assertThat(log.rows()).extracting(LogRecord::sequence).isEqualTo(List.of(2L, 3L));
    }

    @Test
    void anOldRecordThatClaimsTooMuchEndsTheLogAndIsNamed() {
        buffer(0, 0, 9);
        old(0, 24, "start");
        old(24, 8, "");
        Listing<LogRecord> log = read();
        assertThat(log.rows()).extracting(LogRecord::text).containsExactly("start");
        assertThat(log.missing()).singleElement().asString().contains("claims 8 bytes");
    }

    @Test
    void aRingWithoutItsMemoryIsOneMissingPart() {
        ring(0, 1 << 23);
        machine.half(RING, 24).word(RING + 8, TestMachine.BASE + (1L << 34));
        Listing<LogRecord> log = read();
        assertThat(log.rows()).isEmpty();
        assertThat(log.missing()).singleElement().asString().contains("records 0 to 8388608 of the kernel log");
    }

    @Test
    void aPageThatCannotBeReadLosesItsRecordsOnly() {
        ring(0, 7);
        // Five descriptors of 24 bytes fit before the end of the machine's memory, three do not; 8 of them wrap around.
        long descriptors = TestMachine.BASE + (4L << 20) - 5 * 24;
        machine.word(RING + 8, descriptors);
        for (int id = 0; id < 5; id++) {
            machine.word(descriptors + id * 24L, FINALIZED | id).word(descriptors + id * 24L + 8, 3);
            machine.word(INFOS + id * 32L, id);
        }
        Listing<LogRecord> log = read();
        assertThat(log.rows()).extracting(LogRecord::sequence).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(log.missing()).singleElement().asString().contains("records 5 to 7 of the kernel log");
    }

    @Test
    void textsThatOverlapAreNoLongerThanTheirRing() {
        ring(0, 7);
        for (int id = 0; id < 8; id++) {
            record(id, id * 16L, 255, "");
            machine.word(INFOS + id * 32L + 16, 0xFFFF);
        }
        Listing<LogRecord> log = read();
        assertThat(log.rows())
                .extracting(LogRecord::text)
                .filteredOn(text -> text != null)
                .hasSize(1);
        assertThat(log.rows()).hasSize(8);
    }

    @Test
    void anOldBufferGoesRoundOnce() {
        buffer(0, 0, 1 << 20);
        machine.half(SYMBOLS + 8, 1 << 24);
        old(0, 24, "start");
        Listing<LogRecord> log = read();
        assertThat(log.rows()).extracting(LogRecord::text).containsExactly("start", "start");
        assertThat(log.missing()).singleElement().asString().contains("claims 0 bytes");
    }

    @Test
    void structuresWithoutASizeAreRefused() {
        buffer(0, 0, 1);
        machine.size("printk_log", 0);
        assertThatThrownBy(this::read).isInstanceOf(MemflowException.class).hasMessageContaining("printk_log");
    }

    private void buffer(int firstIndex, long firstSequence, long nextSequence) {
        machine.symbol("log_buf", SYMBOLS)
                .symbol("log_buf_len", SYMBOLS + 8)
                .symbol("log_first_seq", SYMBOLS + 16)
                .symbol("log_next_seq", SYMBOLS + 24)
                .symbol("log_first_idx", SYMBOLS + 32)
                .word(SYMBOLS, TEXTS)
                .half(SYMBOLS + 8, 128)
                .word(SYMBOLS + 16, firstSequence)
                .word(SYMBOLS + 24, nextSequence)
                .half(SYMBOLS + 32, firstIndex)
                .size("printk_log", HEADER)
                .member("printk_log.ts_nsec", 0, 8)
                .member("printk_log.len", 8, 2)
                .member("printk_log.text_len", 10, 2)
                .member("printk_log.facility", 14, 1)
                .bits("printk_log.level", 15 * 8 + 5, 3, 1);
    }

    private void old(long index, int bytes, String text) {
        machine.word(TEXTS + index, 5000)
                .word(TEXTS + index + 8, bytes | (long) text.length() << 16)
                .text(TEXTS + index + HEADER, text);
    }

    private Listing<LogRecord> read() {
        return KernelLog.of(machine.kernel(6, 1)).records();
    }

    /** What the layer around the log makes of it: a header that cannot be read is a reason too. */
    private static final class KernelLogAnswer {
        static Listing<LogRecord> of(TestMachine machine) {
            try {
                return KernelLog.of(machine.kernel(6, 1)).records();
            } catch (MemoryAccessException unreadable) {
                return Listing.absent("kernel log", String.valueOf(unreadable.getMessage()));
            }
        }
    }
}
