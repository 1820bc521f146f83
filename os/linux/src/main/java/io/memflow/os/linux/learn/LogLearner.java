package io.memflow.os.linux.learn;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Learns the ring of the kernel's log since 5.10 (kernel/printk/printk_ringbuffer.h): its structures are the same in every
 * configuration but for the size of {@code printk_info}, and each descriptor bears its own number, as does its text.
 * Confined.
 */
final class LogLearner {
    private static final String RING = "printk_ringbuffer";
    private static final String DESCRIPTOR = "prb_desc";
    private static final String INFO = "printk_info";
    private static final int SMALLEST_BITS = 4;
    private static final int LARGEST_COUNT_BITS = 24;
    /** {@code LOG_BUF_LEN_MAX} is 2 GiB. */
    private static final int LARGEST_SIZE_BITS = 31;

    /** "count_bits, descs, infos, head_id, tail_id", since 6.8 "last_finalized_seq"; then "size_bits, data". */
    private static final int DESCRIPTORS = 1;

    private static final int INFOS = 2;
    private static final int HEAD = 3;
    private static final int TAIL = 4;
    private static final int[] TEXTS = {5, 6};
    /** "state_var, text_blk_lpos.begin, text_blk_lpos.next". */
    private static final int DESCRIPTOR_WORDS = 3;
    /** "seq, ts_nsec, text_len, facility, flags and level, caller_id", then what configurations add, then "dev_info". */
    private static final int TEXT_LENGTH = 16;

    private static final int FACILITY = 18;
    private static final int LEVEL = 19;
    private static final int LEVEL_BIT = 5;
    private static final int LEVEL_BITS = 3;
    private static final int CALLER = 20;
    private static final int CALLER_END = 24;
    private static final int SUBSYSTEM_BYTES = 16;
    private static final int DEVICE_BYTES = 48;
    /** CONFIG_PRINTK_EXECUTION_CTX adds "caller_id2, comm" before "dev_info" (since 7.0). */
    private static final int CONTEXT_BYTES = 20;

    private static final int LARGEST_INFO = 256;
    /** So many records show as much as all. */
    private static final int ASKED = 1000;

    private static final int FEWEST = 10;

    private final KernelBytes source;
    private final Lesson lesson;
    private final int word;
    private final long idMask;

    LogLearner(KernelBytes source, Lesson lesson) {
        this.source = source;
        this.lesson = lesson;
        word = source.word();
        // The two highest bits of a descriptor's word are its state.
        idMask = -1L >>> (Long.SIZE - word * Byte.SIZE + 2);
    }

    /** A ring: where it is, at which word its texts begin, and how large its records' other halves are. */
    private record Ring(long address, int texts, int infoBytes, Ruling ruling) {}

    void learn() {
        Map<Long, Ring> rings = rings();
        List<Ring> used = new ArrayList<>();
        List<Long> variables = new ArrayList<>();
        if (!rings.isEmpty()) {
            long[] addresses =
                    rings.keySet().stream().mapToLong(Long::longValue).toArray();
            source.scan(word, (low, high) -> isAny(addresses, source.word(low, high)), at -> {
                used.add(Objects.requireNonNull(rings.get(source.word(source.imageBase() + at))));
                variables.add(source.imageBase() + at);
            });
        }
        if (used.size() == 1) {
            take(used.getFirst());
            lesson.landmark("prb", variables.getFirst());
            return;
        }
        lesson.undecide(
                RING,
                "desc_ring.descs",
                "the kernel's data holds %d rings of numbered records, and %d words that point to one"
                        .formatted(rings.size(), used.size()));
    }

    private Map<Long, Ring> rings() {
        Map<Long, Ring> rings = new HashMap<>();
        MemorySegment image = source.image();
        long last = image.byteSize() - 8L * word;
        source.scan(word, (low, high) -> low >= SMALLEST_BITS && low <= LARGEST_COUNT_BITS, at -> {
            for (int texts : TEXTS) {
                Ring ring = at > last ? null : ring(image.asSlice(at, 8L * word), source.imageBase() + at, texts);
                if (ring != null) {
                    rings.put(ring.address, ring);
                }
            }
        });
        return rings;
    }

    private static boolean isAny(long[] addresses, long value) {
        for (long address : addresses) {
            if (address == value) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Ring ring(MemorySegment ring, long address, int texts) {
        int bits = (int) source.number(ring, 0);
        long sizeBits = source.number(ring, texts * word);
        if (sizeBits <= bits
                || sizeBits > LARGEST_SIZE_BITS
                || !source.isAlignedKernel(source.word(ring, DESCRIPTORS * word))
                || !source.isAlignedKernel(source.word(ring, INFOS * word))
                || !source.isKernel(source.word(ring, (texts + 1) * word))) {
            return null;
        }
        Ruling ruling = descriptors(ring, texts);
        if (!ruling.holds(FEWEST)) {
            return null;
        }
        OptionalInt infoBytes = infoBytes(ring);
        return infoBytes.isEmpty() ? null : new Ring(address, texts, infoBytes.getAsInt(), ruling);
    }

    private long tail(MemorySegment ring) {
        return source.word(ring, TAIL * word) & idMask;
    }

    private int count(MemorySegment ring) {
        long behind = ((source.word(ring, HEAD * word) & idMask) - tail(ring)) & idMask;
        long slots = 1L << source.number(ring, 0);
        return behind >= slots ? 0 : (int) Math.min(behind + 1, ASKED);
    }

    /** Descriptors bear their numbers, and so do the blocks of text they point to. */
    private Ruling descriptors(MemorySegment ring, int texts) {
        int count = count(ring);
        long slotMask = (1L << source.number(ring, 0)) - 1;
        long textMask = (1L << source.number(ring, texts * word)) - 1;
        long data = source.word(ring, (texts + 1) * word);
        int agreed = 0;
        int disagreed = 0;
        for (int i = 0; i < count && disagreed <= count / Ruling.TOLERANCE + 1; i++) {
            long id = (tail(ring) + i) & idMask;
            MemorySegment descriptor = source.copy(
                    source.word(ring, DESCRIPTORS * word) + (id & slotMask) * DESCRIPTOR_WORDS * word,
                    DESCRIPTOR_WORDS * word);
            long begin = source.word(descriptor, word);
            long end = source.word(descriptor, 2 * word);
            boolean wraps = (begin & ~textMask) != (end & ~textMask);
            boolean hasText = (begin & 1) == 0;
            boolean own = (source.word(descriptor, 0) & idMask) == id;
            boolean fits = own && (!hasText || source.word(data + (wraps ? 0 : begin & textMask)) == id);
            agreed += fits ? 1 : 0;
            disagreed += fits ? 0 : 1;
        }
        return new Ruling(0, agreed, disagreed);
    }

    /** Sequence numbers begin each record and follow one another. */
    private OptionalInt infoBytes(MemorySegment ring) {
        int count = count(ring);
        long slotMask = (1L << source.number(ring, 0)) - 1;
        long infos = source.word(ring, INFOS * word);
        for (int bytes = CALLER_END + SUBSYSTEM_BYTES + DEVICE_BYTES; bytes <= LARGEST_INFO; bytes += Integer.BYTES) {
            int agreed = 0;
            for (int i = 1; i < count; i++) {
                long here = infos + ((tail(ring) + i) & slotMask) * bytes;
                long before = infos + ((tail(ring) + i - 1) & slotMask) * bytes;
                agreed += source.number(here) == source.number(before) + 1 ? 1 : 0;
            }
            if (new Ruling(0, agreed, count - 1 - agreed).holds(FEWEST - 1)) {
                return OptionalInt.of(bytes);
            }
        }
        return OptionalInt.empty();
    }

    private void take(Ring ring) {
        Ruling ruling = ring.ruling;
        lesson.take(RING, "desc_ring.count_bits", Integer.BYTES, ruling);
        lesson.take(RING, "desc_ring.descs", word, ruling.at(DESCRIPTORS * word));
        lesson.take(RING, "desc_ring.infos", word, ruling.at(INFOS * word));
        lesson.take(RING, "desc_ring.head_id.counter", word, ruling.at(HEAD * word));
        lesson.take(RING, "desc_ring.tail_id.counter", word, ruling.at(TAIL * word));
        lesson.take(RING, "text_data_ring.size_bits", Integer.BYTES, ruling.at(ring.texts * word));
        lesson.take(RING, "text_data_ring.data", word, ruling.at((ring.texts + 1) * word));
        lesson.take(DESCRIPTOR, "state_var.counter", word, ruling);
        lesson.take(DESCRIPTOR, "text_blk_lpos.begin", word, ruling.at(word));
        lesson.take(DESCRIPTOR, "text_blk_lpos.next", word, ruling.at(2 * word));
        lesson.size(DESCRIPTOR, (long) DESCRIPTOR_WORDS * word);
        lesson.take(INFO, "seq", Long.BYTES, ruling);
        lesson.neighbour(INFO, "ts_nsec", Long.BYTES, ruling.at(Long.BYTES));
        lesson.neighbour(INFO, "text_len", Short.BYTES, ruling.at(TEXT_LENGTH));
        lesson.neighbour(INFO, "facility", Byte.BYTES, ruling.at(FACILITY));
        lesson.bits(INFO, "level", LEVEL_BIT, LEVEL_BITS, ruling.at(LEVEL));
        lesson.neighbour(INFO, "caller_id", Integer.BYTES, ruling.at(CALLER));
        lesson.size(INFO, ring.infoBytes);
        int shortest = CALLER_END + SUBSYSTEM_BYTES + DEVICE_BYTES;
        if (ring.infoBytes == shortest) {
            device(ruling.at(CALLER_END));
        } else if (ring.infoBytes >= shortest + CONTEXT_BYTES
                && ring.infoBytes < shortest + CONTEXT_BYTES + Long.BYTES) {
            device(ruling.at(CALLER_END + CONTEXT_BYTES));
        } else {
            lesson.undecide(INFO, "dev_info.device", "a record has more members than are known");
        }
    }

    private void device(Ruling subsystem) {
        lesson.neighbour(INFO, "dev_info.subsystem", SUBSYSTEM_BYTES, subsystem);
        lesson.neighbour(INFO, "dev_info.device", DEVICE_BYTES, subsystem.at(subsystem.offset() + SUBSYSTEM_BYTES));
    }
}
