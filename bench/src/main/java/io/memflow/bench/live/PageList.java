package io.memflow.bench.live;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Scattered pages of a guest, 512 of them a batch, for both sides. Immutable. */
final class PageList {
    private static final int PAGE = 4096;
    private static final int BATCH = 512;
    /** Where firmware and devices show through. */
    private static final int FIRST_PAGE = 256;

    private static final int WARM_UP = 20;

    private final long[] offsets;

    private PageList(long[] offsets) {
        this.offsets = offsets;
    }

    /** Random pages above the first megabyte; each run of the program takes the same. */
    static PageList of(long ramBytes, int count) {
        Random random = new Random(1);
        long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = (FIRST_PAGE + random.nextLong(ramBytes / PAGE - FIRST_PAGE)) * PAGE;
        }
        return new PageList(offsets);
    }

    long bytes() {
        return (long) offsets.length * PAGE;
    }

    /** As the C side reads it. */
    void write(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(offsets.length * Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.asLongBuffer().put(offsets);
        Files.write(file, bytes.array());
    }

    /**
     * Nanoseconds that the fastest of so many rounds through the list takes.
     *
     * @param arena that keeps what is read until all turns are over: each turn then has a buffer in other pages, as each run
     *     of the C side has
     */
    long read(PhysicalMemory memory, int rounds, Arena arena) {
        MemorySegment buffer = arena.allocate((long) BATCH * PAGE, PAGE);
        MemoryBatch[] batches = batches(buffer);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < WARM_UP + rounds; round++) {
            long start = System.nanoTime();
            for (MemoryBatch batch : batches) {
                memory.read(batch);
            }
            long took = System.nanoTime() - start;
            best = round < WARM_UP ? best : Math.min(best, took);
        }
        for (MemoryBatch batch : batches) {
            if (batch.faultCount() != 0) {
                throw new IllegalStateException("a page could not be read");
            }
        }
        return best;
    }

    private MemoryBatch[] batches(MemorySegment buffer) {
        MemoryBatch[] batches = new MemoryBatch[offsets.length / BATCH];
        for (int i = 0; i < batches.length; i++) {
            batches[i] = new MemoryBatch(BATCH);
            for (int page = 0; page < BATCH; page++) {
                batches[i].add(offsets[i * BATCH + page], buffer, (long) page * PAGE, PAGE);
            }
        }
        return batches;
    }
}
