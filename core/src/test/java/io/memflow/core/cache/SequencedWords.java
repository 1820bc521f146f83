package io.memflow.core.cache;

import static org.assertj.core.api.Assertions.fail;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Words that carry how often they were written, and a check that this number and the word's place belong together. Each
 * word has one writer. A reader knows which writes ended before it began, and so whether what it gets is too old.
 */
final class SequencedWords {
    private static final int LONGEST_RUN = 80;

    private final int count;
    /** How often each word was written, by writes that have ended. */
    private final AtomicLongArray written;

    SequencedWords(int count) {
        this.count = count;
        written = new AtomicLongArray(count);
    }

    /** Gives every word its first value. */
    void fill(AtomicLongArray words) {
        for (int word = 0; word < count; word++) {
            words.set(word, value(word, 0));
        }
    }

    static long value(int word, long sequence) {
        return sequence << 32 | check(word, sequence);
    }

    private static long check(int word, long sequence) {
        return (word * 0x9E37_79B9_7F4A_7C15L ^ sequence * 0xC2B2_AE3D_27D4_EB4FL) >>> 32;
    }

    /** Writes runs of words of which this is the only writer: those with a number of {@code writer} modulo {@code writers}, in blocks. */
    void write(MemoryView view, long base, Random random, int writer, int writers, int rounds) {
        MemoryBatch batch = new MemoryBatch();
        int block = count / writers;
        MemorySegment bytes = MemorySegment.ofArray(new long[LONGEST_RUN]);
        for (int round = 0; round < rounds; round++) {
            int length = 1 + random.nextInt(random.nextBoolean() ? 2 : LONGEST_RUN);
            int first = writer * block + random.nextInt(block - length);
            for (int i = 0; i < length; i++) {
                long next = value(first + i, written.get(first + i) + 1);
                bytes.set(ScalarLayout.LONG_LITTLE, (long) i * Long.BYTES, next);
            }
            batch.clear();
            batch.add(base + (long) first * Long.BYTES, bytes, 0, (long) length * Long.BYTES, random.nextInt(16));
            view.write(batch);
            for (int i = 0; i < length; i++) {
                written.incrementAndGet(first + i);
            }
        }
    }

    /** Reads runs of words in batches and checks each word. */
    void read(MemoryView view, long base, Random random, int rounds, Order order) {
        MemoryBatch batch = new MemoryBatch();
        long[] latest = new long[count];
        int[] firsts = new int[6];
        long[][] floors = new long[firsts.length][LONGEST_RUN];
        for (int round = 0; round < rounds; round++) {
            batch.clear();
            int requests = 1 + random.nextInt(firsts.length);
            for (int i = 0; i < requests; i++) {
                int length = 1 + random.nextInt(random.nextBoolean() ? 2 : LONGEST_RUN);
                firsts[i] = random.nextInt(count - length);
                for (int word = 0; word < length; word++) {
                    floors[i][word] = written.get(firsts[i] + word);
                }
                MemorySegment bytes = MemorySegment.ofArray(new long[length]);
                batch.add(base + (long) firsts[i] * Long.BYTES, bytes, 0, bytes.byteSize(), random.nextInt(16));
            }
            view.read(batch);
            if (!batch.allWhole()) {
                fail("a request is not whole: " + batch.faultCause(0));
            }
            for (int i = 0; i < requests; i++) {
                check(batch, i, firsts[i], floors[i], latest, order);
            }
            // Requests of one batch complete in any order, so only batches follow each other.
            for (int i = 0; i < requests; i++) {
                remember(batch, i, firsts[i], latest);
            }
        }
    }

    /** What a reader may expect of two reads of its own. */
    enum Order {
        /** The later one is never older. */
        NEVER_BACK,
        /** Only what was written before the read began counts. */
        ANY
    }

    private static void check(MemoryBatch batch, int request, int first, long[] floors, long[] latest, Order order) {
        long length = batch.length(request) / Long.BYTES;
        for (int i = 0; i < length; i++) {
            long word = batch.buffer(request).get(ScalarLayout.LONG_LITTLE, (long) i * Long.BYTES);
            long sequence = word >>> 32;
            if (word != value(first + i, sequence)) {
                fail("word %d is torn: %x".formatted(first + i, word));
            }
            if (sequence < floors[i]) {
                fail("word %d is of write %d, but %d had ended".formatted(first + i, sequence, floors[i]));
            }
            if (order == Order.NEVER_BACK && sequence < latest[first + i]) {
                fail("word %d went back from %d to %d".formatted(first + i, latest[first + i], sequence));
            }
        }
    }

    private static void remember(MemoryBatch batch, int request, int first, long[] latest) {
        long length = batch.length(request) / Long.BYTES;
        for (int i = 0; i < length; i++) {
            long sequence = batch.buffer(request).get(ScalarLayout.LONG_LITTLE, (long) i * Long.BYTES) >>> 32;
            latest[first + i] = Math.max(latest[first + i], sequence);
        }
    }
}
