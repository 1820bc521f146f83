package io.memflow.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.VirtualMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads read, write and invalidate at once; every word tells whether it is torn or older than it may be. */
class CacheStressTest {
    private static final int ROUNDS = 4000;
    private static final int READERS = 3;
    private static final int WRITERS = 2;
    private static final int BYTES = 1 << 16;

    private final long seed = new Random().nextLong();
    private final List<Callable<Void>> workers = new ArrayList<>();
    private final List<Callable<Void>> disturbers = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40, 200})
    void cachedMemoryNeverGivesTornOrOldWords(int pages) throws Exception {
        WordMemory source = new WordMemory(BYTES);
        SequencedWords words = new SequencedWords(source.words.length());
        words.fill(source.words);
        CacheOptions options = new CacheOptions(pages * 512L, 512, 4, CacheOptions.ALL, Validity.MANUAL);
        CachedMemory memory = new CachedMemory(source, options);
        PageCache cache = memory.capability(PageCache.class).orElseThrow();
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(seed + i);
            add(() -> words.read(memory, 0, random, ROUNDS, SequencedWords.Order.NEVER_BACK));
        }
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Random random = new Random(seed - 1 - i);
            add(() -> words.write(memory, 0, random, writer, WRITERS, ROUNDS));
        }
        Random random = new Random(seed + 100);
        disturb(() -> cache.invalidate(random.nextInt(BYTES), random.nextInt(2000)));
        run();
        CacheStatistics statistics = cache.statistics();
        assertThat(statistics.misses()).isPositive();
        assertThat(statistics.invalidations()).isPositive();
    }

    @Test
    void virtualMemoryOnBothCachesNeverGivesTornOrOldWords() throws Exception {
        Tables tables = new Tables();
        SequencedWords words = new SequencedWords(BYTES / Long.BYTES);
        words.fill(tables.source.words);
        VirtualMemory space = tables.space();
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(seed + i);
            add(() -> words.read(space, Tables.VIRTUAL, random, ROUNDS, SequencedWords.Order.NEVER_BACK));
        }
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Random random = new Random(seed - 1 - i);
            // One writes physically, the other by virtual addresses.
            boolean raw = i == 0;
            add(() -> words.write(
                    raw ? tables.memory : space, raw ? 0 : Tables.VIRTUAL, random, writer, WRITERS, ROUNDS));
        }
        disturb(tables.translations::invalidateAll);
        disturb(tables.memory.capability(PageCache.class).orElseThrow()::invalidateAll);
        run();
    }

    /** Entries are moved all the time, each by one writer; where a page lies says how often it was moved. */
    @Test
    void translationsAreNeverOlderThanAFinishedWriteToTheirTable() throws Exception {
        Tables tables = new Tables();
        VirtualMemory space = tables.space();
        AtomicLongArray moved = new AtomicLongArray(Tables.PAGES);
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Random random = new Random(seed - 1 - i);
            add(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    int page = random.nextInt(Tables.PAGES / WRITERS) * WRITERS + writer;
                    long next = moved.get(page) + 1;
                    tables.memory.writeLong(tables.entry(page), Tables.entryFor(page, next));
                    moved.set(page, next);
                }
            });
        }
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(seed + i);
            add(() -> translate(space, random, moved));
        }
        Random random = new Random(seed + 100);
        disturb(() -> {
            switch (random.nextInt(3)) {
                case 0 -> tables.translations.invalidateAddress(Tables.VIRTUAL + random.nextInt(BYTES));
                case 1 -> tables.translations.invalidateRoot(Tables.ROOT);
                default -> tables.translations.invalidate(Tables.ROOT, Tables.VIRTUAL + random.nextInt(BYTES));
            }
        });
        run();
        assertThat(tables.translations.statistics().hits()).isPositive();
    }

    private static void translate(VirtualMemory space, Random random, AtomicLongArray moved) {
        Translation one = new Translation();
        TranslationList list = new TranslationList();
        long[] floors = new long[Tables.PAGES];
        for (int round = 0; round < ROUNDS; round++) {
            for (int page = 0; page < Tables.PAGES; page++) {
                floors[page] = moved.get(page);
            }
            int page = random.nextInt(Tables.PAGES);
            space.translate(Tables.VIRTUAL + page * 0x1000L + 5, one);
            expectPage(page, one.physical(), floors[page]);
            list.clear();
            for (int i = 0; i < Tables.PAGES; i++) {
                list.add(Tables.VIRTUAL + i * 0x1000L + 5);
            }
            space.translate(list);
            for (int i = 0; i < Tables.PAGES; i++) {
                expectPage(i, list.physical(i), floors[i]);
            }
        }
    }

    private static void expectPage(int page, long physical, long floor) {
        long frame = physical >>> 12;
        if (frame % Tables.PAGES != page || (physical & 0xfff) != 5) {
            fail("page %d is at %x".formatted(page, physical));
        }
        if (frame / Tables.PAGES < floor) {
            fail("page %d was moved %d times, not %d".formatted(page, floor, frame / Tables.PAGES));
        }
    }

    /** A space whose sixteen pages are the first of memory, in order, with the tables behind them. */
    private static final class Tables {
        static final int PAGES = BYTES / 4096;
        static final long VIRTUAL = 0x7F00_0000_0000L;
        static final long ROOT = BYTES;

        final WordMemory source = new WordMemory(BYTES + 4 * 4096);
        final TranslationCache translations = new TranslationCache(12, Validity.MANUAL);
        final PhysicalMemory memory = new TranslationCachedMemory(
                new CachedMemory(source, new CacheOptions(9 * 4096, 4096, 4, CacheOptions.ALL, Validity.MANUAL)),
                translations);

        Tables() {
            for (int level = 4; level > 1; level--) {
                long table = ROOT + (4 - level) * 4096L;
                set(table + ((VIRTUAL >>> (12 + 9 * (level - 1))) & 0x1ff) * 8, table + 4096 | 7);
            }
            for (int page = 0; page < PAGES; page++) {
                set(entry(page), entryFor(page, 0));
            }
        }

        private void set(long address, long value) {
            source.words.set((int) (address / Long.BYTES), value);
        }

        long entry(int page) {
            return ROOT + 3 * 4096L + page * (long) Long.BYTES;
        }

        /** Present, writable, user; the frame says how often the page was moved. */
        static long entryFor(int page, long moves) {
            return ((moves * PAGES + page) << 12) | 7;
        }

        VirtualMemory space() {
            return new VirtualMemory(memory, AddressSpace.of(X86Paging.LEVEL4, ROOT));
        }
    }

    private void add(Runnable worker) {
        workers.add(() -> {
            worker.run();
            return null;
        });
    }

    private void disturb(Runnable action) {
        disturbers.add(() -> {
            while (!over.get()) {
                action.run();
                LockSupport.parkNanos(1);
            }
            return null;
        });
    }

    private void run() throws Exception {
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<Void>> running =
                    disturbers.stream().map(threads::submit).toList();
            try {
                for (Future<Void> worker : threads.invokeAll(workers)) {
                    worker.get();
                }
            } catch (ExecutionException failed) {
                throw new AssertionError("seed " + seed, failed.getCause());
            } finally {
                over.set(true);
            }
            for (Future<Void> disturber : running) {
                disturber.get();
            }
        }
    }
}
