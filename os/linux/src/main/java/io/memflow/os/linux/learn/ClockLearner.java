package io.memflow.os.linux.learn;

import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the timekeeper (include/linux/timekeeper_internal.h) in the kernel's data: {@code wall_to_monotonic, offs_real,
 * offs_boot}, of which the second is the exact negative of the first. Confined.
 */
final class ClockLearner {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** A clock that was set: after 2001, and before the year 2286, as seconds since 1970. */
    private static final long EARLIEST = 1_000_000_000L;

    private static final long LATEST = 10_000_000_000L;
    /** A hundred years in nanoseconds. */
    private static final long LONGEST_SUSPENSION = 100L * 366 * 86_400 * NANOS_PER_SECOND;
    /** {@code struct tk_read_base} without its pointer: mask, cycle_last, mult and shift, xtime_nsec, base, base_real. */
    private static final int READ_BASE_BYTES = 6 * Long.BYTES;

    /** {@code struct timespec64}: seconds have 64 bits everywhere, nanoseconds a word. */
    private final int nanosBytes;

    private final int alignment;
    private final KernelBytes source;
    private final Lesson lesson;

    ClockLearner(KernelBytes source, Lesson lesson) {
        this.source = source;
        this.lesson = lesson;
        nanosBytes = source.word();
        alignment = source.word();
    }

    void learn() {
        List<Long> found = new ArrayList<>();
        // Whole seconds between the two limits, negative: their upper half is one of few.
        int highest = (int) (-EARLIEST >> Integer.SIZE);
        int lowest = (int) (-LATEST >> Integer.SIZE);
        source.scan(alignment, (low, high) -> high <= highest && high >= lowest, at -> {
            if (found.isEmpty() && agrees(at) && start(source.imageBase() + at) > 0) {
                found.add(source.imageBase() + at);
            }
        });
        if (found.isEmpty()) {
            lesson.undecide("timekeeper", "offs_real", "no clock in the kernel's data agrees with itself");
            return;
        }
        int start = start(found.getFirst());
        take(found.getFirst() - start, start, Long.BYTES + nanosBytes);
    }

    /** Whether the words at an offset of the image are {@code wall_to_monotonic, offs_real, offs_boot}. */
    private boolean agrees(long at) {
        MemorySegment image = source.image();
        int real = Long.BYTES + nanosBytes;
        if (at + real + 2L * Long.BYTES > image.byteSize()) {
            return false;
        }
        long seconds = image.get(ScalarLayout.LONG_LITTLE, at);
        long nanos = nanosBytes == Long.BYTES
                ? image.get(ScalarLayout.LONG_LITTLE, at + Long.BYTES)
                : image.get(ScalarLayout.INT_LITTLE, at + Long.BYTES);
        long boot = image.get(ScalarLayout.LONG_LITTLE, at + real + Long.BYTES);
        return seconds <= -EARLIEST
                && seconds >= -LATEST
                && nanos >= 0
                && nanos < NANOS_PER_SECOND
                && image.get(ScalarLayout.LONG_LITTLE, at + real) == -(seconds * NANOS_PER_SECOND + nanos)
                && boot >= 0
                && boot < LONGEST_SUSPENSION;
    }

    private void take(long timekeeper, int start, int real) {
        Ruling ruling = new Ruling(start, 1, 0);
        lesson.landmark("tk_core", timekeeper);
        lesson.take("timekeeper", "wall_to_monotonic", real, ruling);
        lesson.take("timekeeper", "offs_real", Long.BYTES, ruling.at(start + real));
        lesson.take("timekeeper", "offs_boot", Long.BYTES, ruling.at(start + real + Long.BYTES));
    }

    /**
     * How far before it the timekeeper begins: with one or, before 6.13, two bases to read clocks from, then the seconds
     * of both clocks. Each base begins with its clock's address and the mask of its counter. 0 when neither is there.
     */
    private int start(long toMonotonic) {
        int base = source.word() + READ_BASE_BYTES;
        int seconds = Long.BYTES + source.word();
        for (int bases = 2; bases >= 1; bases--) {
            int distance = bases * base + seconds;
            long first = toMonotonic - distance;
            long clock = source.word(first);
            long mask = source.number(first + source.word());
            boolean masked = (mask != 0 && (mask & (mask + 1)) == 0) || mask == 0xFFFF_FFFFL;
            boolean agrees = bases == 1 || source.word(first + base) == clock;
            if (source.isAlignedKernel(clock) && masked && agrees) {
                return distance;
            }
        }
        return 0;
    }
}
