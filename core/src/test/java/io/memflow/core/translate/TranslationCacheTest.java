package io.memflow.core.translate;

import static io.memflow.core.translate.SyntheticTables.ALL_RIGHTS;
import static io.memflow.core.translate.SyntheticTables.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.PageType;
import io.memflow.core.cache.CacheStatistics;
import io.memflow.core.cache.TranslationCache;
import io.memflow.core.cache.TranslationCachedMemory;
import io.memflow.core.cache.Validity;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.view.WrappedMemory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TranslationCacheTest {
    private static final long BASE = 0xFFFF_8880_0000_0000L;
    private static final long LARGE = 0x20_0000;
    private static final long OTHER_ROOT = 0x3F_0000;

    private final SyntheticTables tables = new SyntheticTables(X86Paging.LEVEL4);
    private final TranslationCache cache = new TranslationCache(256, Validity.MANUAL);
    private final TableReads source = new TableReads(tables.indirect());
    private final PhysicalMemory memory = new TranslationCachedMemory(source, cache);
    private final VirtualMemory space = new VirtualMemory(memory, AddressSpace.of(X86Paging.LEVEL4, ROOT));

    /** Counts calls that read tables, and lets a test act behind the next one. */
    private static final class TableReads extends WrappedMemory {
        private final PhysicalMemory source;
        private Runnable after = () -> {};
        private int calls;

        TableReads(PhysicalMemory source) {
            super(source, source);
            this.source = source;
        }

        @Override
        public void read(MemoryBatch batch) {
            source.read(batch);
            if (batch.size() != 0 && batch.pageType(0) == PageType.PAGE_TABLE) {
                calls++;
                Runnable action = after;
                after = () -> {};
                action.run();
            }
        }
    }

    @AfterEach
    void close() {
        tables.close();
    }

    @Test
    void walksAPageOnce() {
        tables.map(BASE, 1, 0x10_0000 | ALL_RIGHTS);
        int pageType = expected(BASE).pageType();
        source.calls = 0;
        assertThat(space.readLong(BASE + 8)).isZero();
        assertThat(source.calls).isEqualTo(4);
        space.readLong(BASE + 0xff0);
        Translation out = new Translation();
        assertThat(space.translate(BASE + 0x123, out)).isTrue();
        assertThat(out.physical()).isEqualTo(0x10_0123);
        assertThat(out.pageSize()).isEqualTo(0x1000);
        assertThat(out.level()).isEqualTo(1);
        assertThat(out.pageType()).isEqualTo(pageType);
        assertThat(source.calls).isEqualTo(4);
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(CacheStatistics.Mode.CACHING, 2, 1, 0, 0, 0));
    }

    @Test
    void holdsAHugePageInOneEntry() {
        tables.map(BASE, 2, LARGE | ALL_RIGHTS);
        tables.map(BASE + (1L << 30), 3, 1L << 30 | ALL_RIGHTS);
        space.translate(BASE, new Translation());
        space.translate(BASE + (1L << 30), new Translation());
        int before = source.calls;
        Translation out = new Translation();
        for (long offset = 0; offset < LARGE; offset += 0xfff) {
            assertThat(space.translate(BASE + offset, out)).isTrue();
            assertThat(out.physical()).isEqualTo(LARGE + offset);
            assertThat(space.translate(BASE + (1L << 30) + 300 * offset, out)).isTrue();
            assertThat(out.physical()).isEqualTo((1L << 30) + 300 * offset);
        }
        assertThat(source.calls).isEqualTo(before);
        assertThat(cache.statistics().misses()).isEqualTo(2);
    }

    @Test
    void seesAtOnceThatAPageIsMapped() {
        tables.entry(BASE, 1);
        assertThat(space.translate(BASE, new Translation())).isFalse();
        tables.map(BASE, 1, 0x10_0000 | ALL_RIGHTS);
        assertThat(space.translate(BASE, new Translation())).isTrue();
    }

    @Test
    void forgetsByAddressByRootAndAll() {
        tables.map(BASE, 2, LARGE | ALL_RIGHTS);
        tables.map(BASE + LARGE, 1, 0x10_0000 | ALL_RIGHTS);
        // The same tables under another root.
        tables.set(OTHER_ROOT + (BASE >>> 39 & 0x1FF) * 8, tables.get(ROOT + (BASE >>> 39 & 0x1FF) * 8));
        List<Runnable> accesses = List.of(
                () -> space.translate(BASE + 0x5000, new Translation()),
                () -> space.translate(BASE + LARGE, new Translation()),
                () -> space.withRoot(OTHER_ROOT).translate(BASE + 0x6000, new Translation()),
                () -> space.withRoot(OTHER_ROOT).translate(BASE + LARGE, new Translation()));
        assertThat(accesses).extracting(this::missesOf).containsExactly(1L, 1L, 1L, 1L);
        cache.invalidateAddress(BASE + 0x7000);
        assertThat(accesses).extracting(this::missesOf).containsExactly(1L, 0L, 1L, 0L);
        cache.invalidate(OTHER_ROOT, BASE + LARGE + 1);
        assertThat(accesses).extracting(this::missesOf).containsExactly(0L, 0L, 0L, 1L);
        cache.invalidateRoot(ROOT);
        assertThat(accesses).extracting(this::missesOf).containsExactly(1L, 1L, 0L, 0L);
        cache.invalidateAll();
        assertThat(accesses).extracting(this::missesOf).containsExactly(1L, 1L, 1L, 1L);
        assertThat(cache.statistics().invalidations()).isEqualTo(9);
    }

    @Test
    void isSharedByTheSpacesOfOneMemory() {
        tables.map(BASE, 1, 0x10_0000 | ALL_RIGHTS);
        VirtualMemory same = new VirtualMemory(memory, new PageTableWalker(memory, X86Paging.LEVEL4), ROOT);
        assertThat(missesOf(() -> space.translate(BASE, new Translation()))).isEqualTo(1);
        assertThat(missesOf(() -> same.translate(BASE, new Translation()))).isZero();
        // The same root read by other rules is another tree.
        VirtualMemory other = new VirtualMemory(memory, AddressSpace.of(X86Paging.LEVEL5, ROOT));
        assertThat(missesOf(() -> other.translate(BASE, new Translation()))).isEqualTo(1);
    }

    @Test
    void isEmptiedByWritesToTablesWhateverTypeTheyName() {
        tables.map(BASE, 1, 0x10_0000 | ALL_RIGHTS);
        long entry = tables.entry(BASE, 1);
        space.translate(BASE, new Translation());
        memory.writeLong(0x10_0000, 1);
        assertThat(missesOf(() -> space.translate(BASE, new Translation()))).isZero();
        memory.writeLong(entry, 0x20_0000 | ALL_RIGHTS);
        assertThat(physical(BASE)).isEqualTo(0x20_0000);
    }

    @Test
    void doesNotKeepWhatWasWrittenOrInvalidatedDuringTheWalk() {
        tables.map(BASE, 1, 0x10_0000 | ALL_RIGHTS);
        long entry = tables.entry(BASE, 1);
        source.after = () -> source.after =
                () -> source.after = () -> source.after = () -> memory.writeLong(entry, 0x20_0000 | ALL_RIGHTS);
        assertThat(physical(BASE)).isEqualTo(0x10_0000);
        assertThat(physical(BASE)).isEqualTo(0x20_0000);
        cache.invalidateAll();
        source.after = () -> source.after = () -> source.after = () -> source.after = cache::invalidateAll;
        physical(BASE);
        assertThat(missesOf(() -> physical(BASE))).isEqualTo(1);
    }

    @Test
    void believesEntriesForSomeCalls() {
        tables.map(BASE, 1, 0x10_0000 | ALL_RIGHTS);
        TranslationCache brief = new TranslationCache(16, new Validity.Calls(2));
        VirtualMemory cached = space.withTranslationCache(brief);
        for (int i = 0; i < 5; i++) {
            cached.translate(BASE, new Translation());
        }
        assertThat(brief.statistics().misses()).isEqualTo(3);
    }

    @Test
    void isOffWhereTablesAreReadInPlaceOrTheMemoryIsWrapped() {
        PhysicalMemory mapped = new TranslationCachedMemory(tables.memory, cache);
        VirtualMemory direct = new VirtualMemory(mapped, AddressSpace.of(X86Paging.LEVEL4, ROOT));
        assertThat(direct.translationCache()).isEmpty();
        assertThat(space.translationCache()).contains(cache);
        // What is wrapped may show other tables at the same addresses.
        PhysicalMemory wrapped = new TableReads(memory);
        assertThat(wrapped.capability(TranslationCache.class)).contains(cache);
        assertThat(new VirtualMemory(wrapped, AddressSpace.of(X86Paging.LEVEL4, ROOT)).translationCache())
                .isEmpty();
        assertThat(space.withoutTranslationCache().translationCache()).isEmpty();
        tables.map(BASE, 1, 0x10_0000 | ALL_RIGHTS);
        VirtualMemory asked = direct.withTranslationCache(cache);
        asked.translate(BASE, new Translation());
        assertThat(missesOf(() -> asked.translate(BASE, new Translation()))).isZero();
    }

    @Test
    void translatesListsAsWithoutIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            int level = random.nextInt(8) == 0 ? 2 : 1;
            long virtual = (random.nextBoolean() ? BASE : 0x40_0000) + (long) random.nextInt(1 << 12) * 0x1000;
            long physical = random.nextLong(1L << 40) & -(level == 1 ? 0x1000L : LARGE);
            if (tables.get(tables.entry(virtual, 2)) == 0 || (level == 1 && !isLarge(virtual))) {
                tables.map(virtual, level, physical | random.nextInt(8) | SyntheticTables.PRESENT);
            }
        }
        TranslationCache small = new TranslationCache(1 + random.nextInt(64), Validity.MANUAL);
        VirtualMemory cached = space.withTranslationCache(small);
        VirtualMemory plain = space.withoutTranslationCache();
        TranslationList found = new TranslationList();
        TranslationList wanted = new TranslationList();
        for (int round = 0; round < 50; round++) {
            found.clear();
            wanted.clear();
            for (int i = random.nextInt(200); i >= 0; i--) {
                long virtual = (random.nextBoolean() ? BASE : 0x40_0000) + random.nextInt(1 << 24);
                long address = random.nextInt(20) == 0 ? virtual ^ 1L << 60 : virtual;
                found.add(address);
                wanted.add(address);
            }
            cached.translate(found);
            plain.translate(wanted);
            for (int i = 0; i < wanted.size(); i++) {
                assertThat(found.fault(i)).as("seed %d", seed).isEqualTo(wanted.fault(i));
                assertThat(found.level(i)).isEqualTo(wanted.level(i));
                if (wanted.isMapped(i)) {
                    assertThat(found.physical(i)).as("seed %d", seed).isEqualTo(wanted.physical(i));
                    assertThat(found.pageType(i)).isEqualTo(wanted.pageType(i));
                    assertThat(found.pageSize(i)).isEqualTo(wanted.pageSize(i));
                }
            }
        }
        assertThat(small.statistics().hits()).isPositive();
    }

    private boolean isLarge(long virtual) {
        return (tables.get(tables.entry(virtual, 2)) & SyntheticTables.PAGE_SIZE) != 0;
    }

    private Translation expected(long virtual) {
        Translation out = new Translation();
        space.withoutTranslationCache().translate(virtual, out);
        assertThat(out.fault()).isEqualTo(Fault.NONE);
        return out;
    }

    private long physical(long virtual) {
        Translation out = new Translation();
        assertThat(space.translate(virtual, out)).isTrue();
        return out.physical();
    }

    private long missesOf(Runnable action) {
        long before = cache.statistics().misses();
        action.run();
        return cache.statistics().misses() - before;
    }
}
