package io.memflow.bench.process;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** The same reads as those of process.c, through the view of a process. Confined. */
final class ProcessReads {
    private static final int PAGE = 4096;
    private static final int LISTS = 64;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final MemoryView memory;
    private final Kind kind;
    private final int list;
    private final long[] addresses;
    private final MemorySegment buffer;
    private final MemoryBatch batch;

    /** What is read. */
    enum Kind {
        SCATTER,
        PAGES,
        RUN;

        int item() {
            return this == SCATTER ? Long.BYTES : PAGE;
        }
    }

    /**
     * What one sample found.
     *
     * @param nanos processor time for an item
     * @param checksum of the first round
     */
    record Outcome(double nanos, long checksum) {}

    /**
     * @param arena of the thread that reads, whose buffers are filled in place
     */
    ProcessReads(Arena arena, MemoryView memory, Kind kind, long base, long bytes, int list) {
        this.memory = memory;
        this.kind = kind;
        this.list = list;
        addresses = new long[LISTS * list];
        buffer = arena.allocate((long) list * PAGE, PAGE);
        batch = new MemoryBatch(list);
        long state = 88172645463325252L;
        long span = kind == Kind.RUN ? bytes - (long) list * PAGE : bytes;
        for (int i = 0; i < addresses.length; i++) {
            // Marsaglia, "Xorshift RNGs", 2003.
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            addresses[i] = base + Long.remainderUnsigned(state, span / kind.item()) * kind.item();
        }
    }

    /** Reads for at least so long. */
    Outcome sample(long millis) {
        long checksum = round();
        long items = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long took = 0;
        while (took < millis * 1_000_000) {
            round();
            items += (long) LISTS * list;
            took = THREADS.getCurrentThreadCpuTime() - start;
        }
        return new Outcome((double) took / items, checksum);
    }

    private long round() {
        long sum = 0;
        int item = kind.item();
        for (int first = 0; first < addresses.length; first += list) {
            batch.clear();
            if (kind == Kind.RUN) {
                batch.add(addresses[first], buffer);
            } else {
                for (int i = 0; i < list; i++) {
                    batch.add(addresses[first + i], buffer, (long) i * item, item);
                }
            }
            memory.read(batch);
            if (batch.faultCount() != 0) {
                throw new IllegalStateException(
                        "a read failed: " + batch.faultCause(0).text());
            }
            for (int i = 0; i < list; i++) {
                sum += buffer.get(ValueLayout.JAVA_LONG, (long) i * item);
            }
        }
        return sum;
    }
}
