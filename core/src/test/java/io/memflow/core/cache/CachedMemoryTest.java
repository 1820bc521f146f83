package io.memflow.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.address.PageType;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.DelayedMemory;
import io.memflow.core.view.PatternMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CachedMemoryTest {
    private static final CacheOptions EVERYTHING = CacheOptions.DEFAULT.withPageTypes(CacheOptions.ALL);
    private static final long OLD = Long.MAX_VALUE;

    private final AtomicLong clock = new AtomicLong();
    private final PhysicalMemory mapped =
            PatternMemory.of(List.of(new AddressRange(0, 0x10_0000), new AddressRange(0x20_0800, 0x1000)));
    private final ScriptedMemory source = new ScriptedMemory(mapped);

    @Test
    void fetchesAllMissesOfABatchInOneCallAndEachPageOnce() {
        CachedMemory memory = cached(EVERYTHING);
        MemoryBatch batch = new MemoryBatch();
        for (long address : new long[] {0x1008, 0x5000, 0x1ff8, 0x1ffc, 0x5004}) {
            batch.add(address, MemorySegment.ofArray(new byte[8]));
        }
        memory.read(batch);
        assertThat(source.takeReads()).containsExactly(List.of("1000+1000", "5000+1000", "2000+1000"));
        memory.read(batch);

        assertThat(source.takeReads()).isEmpty();
        for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.buffer(i).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Pattern.bytes(batch.address(i), 8));
        }
        assertThat(statistics(memory)).isEqualTo(new CacheStatistics(CacheStatistics.Mode.CACHING, 6, 6, 0, 0, 0));
    }

    @Test
    void cachesWhatHasOneOfTheChosenPageTypes() {
        CachedMemory memory = cached(CacheOptions.DEFAULT);
        for (int round = 0; round < 2; round++) {
            read(memory, 0x1000, PageType.UNKNOWN);
            read(memory, 0x2000, PageType.WRITABLE | PageType.USER);
            read(memory, 0x3000, PageType.READ_ONLY | PageType.USER);
            read(memory, 0x4000, PageType.PAGE_TABLE);
        }
        assertThat(source.takeReads().stream().flatMap(List::stream))
                .containsExactly("1000+8", "2000+8", "3000+1000", "4000+1000", "1000+8", "2000+8");
        assertThat(statistics(memory).uncached()).isEqualTo(4);
    }

    @Test
    void believesPagesForATime() {
        CachedMemory memory = cached(EVERYTHING.withValidity(new Validity.Timed(Duration.ofNanos(100))));
        assertThat(callsFor(() -> memory.readLong(0))).isEqualTo(1);
        clock.addAndGet(99);
        assertThat(callsFor(() -> memory.readLong(0))).isZero();
        clock.addAndGet(1);
        assertThat(callsFor(() -> memory.readLong(0))).isEqualTo(1);
    }

    @Test
    void believesPagesForSomeCalls() {
        CachedMemory memory = cached(EVERYTHING.withValidity(new Validity.Calls(3)));
        int[] calls = new int[5];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = callsFor(() -> memory.readLong(0x1000));
        }
        assertThat(calls).containsExactly(1, 0, 0, 1, 0);
    }

    @Test
    void seesOneInstantInACall() {
        CachedMemory memory = cached(EVERYTHING.withValidity(new Validity.Timed(Duration.ofNanos(100))));
        memory.readLong(0x1000);
        clock.set(99);
        source.beforeNextRead(() -> clock.set(200));
        MemoryBatch batch = new MemoryBatch();
        batch.add(0x2000, MemorySegment.ofArray(new byte[8]));
        batch.add(0x1000, MemorySegment.ofArray(new byte[8]));
        source.takeReads();
        memory.read(batch);
        assertThat(source.takeReads()).containsExactly(List.of("2000+1000"));
    }

    @Test
    void forgetsRangesAndAll() {
        CachedMemory memory = cached(EVERYTHING.withValidity(Validity.MANUAL));
        PageCache cache = control(memory);
        List<Runnable> reads =
                List.of(() -> memory.readLong(0x1000), () -> memory.readLong(0x2000), () -> memory.readLong(0x3000));
        reads.forEach(Runnable::run);
        cache.invalidate(0x2fff, 2);
        assertThat(reads).extracting(this::callsFor).containsExactly(0, 1, 1);
        cache.invalidate(0x1800, 0);
        cache.invalidate(0x1fff, -0x1fffL);
        assertThat(reads).extracting(this::callsFor).containsExactly(1, 1, 1);
        cache.invalidateAll();
        assertThat(reads).extracting(this::callsFor).containsExactly(1, 1, 1);
        assertThat(statistics(memory).invalidations()).isEqualTo(8);
        assertThatThrownBy(() -> cache.invalidate(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seesItsWritesWhateverTypeTheyName() {
        CachedMemory memory = cached(CacheOptions.DEFAULT.withValidity(Validity.MANUAL));
        for (int type : new int[] {PageType.UNKNOWN, PageType.WRITABLE, PageType.PAGE_TABLE}) {
            read(memory, 0x4ff8, PageType.PAGE_TABLE);
            read(memory, 0x5000, PageType.READ_ONLY);
            MemoryBatch write = new MemoryBatch();
            write.add(0x4ffc, MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) type}), 0, 8, type);
            memory.write(write);
            assertThat(write.allWhole()).isTrue();
            assertThat(read(memory, 0x4ff8, PageType.PAGE_TABLE) >>> 32).isEqualTo(0x04030201);
            assertThat((int) read(memory, 0x5000, PageType.READ_ONLY)).isEqualTo(type << 24 | 0x070605);
        }
    }

    @Test
    void doesNotKeepAPageThatWasWrittenWhileItWasFetched() {
        CachedMemory memory = cached(EVERYTHING.withValidity(Validity.MANUAL));
        source.afterNextRead(() -> memory.writeLong(0x1010, OLD));
        memory.readLong(0x1010);
        assertThat(memory.readLong(0x1010)).isEqualTo(OLD);
        source.afterNextRead(() -> control(memory).invalidate(0x2000, 1));
        memory.readLong(0x2010);
        mapped.writeLong(0x2010, OLD);
        assertThat(memory.readLong(0x2010)).isEqualTo(OLD);
    }

    @Test
    void readsAPageThatAnotherThreadFetchesWithoutWaiting() {
        CachedMemory memory = cached(EVERYTHING);
        source.beforeNextRead(() -> assertThat(memory.readLong(0x1020)).isEqualTo(mapped.readLong(0x1020)));
        memory.readLong(0x1010);
        assertThat(source.takeReads()).containsExactly(List.of("1000+1000"), List.of("1020+8"));
    }

    @Test
    void keepsNothingOfACallThatFailed() {
        CachedMemory memory = cached(EVERYTHING);
        source.afterNextRead(() -> {
            throw new IllegalStateException("source is gone");
        });
        assertThatThrownBy(() -> memory.readLong(0x1000)).hasMessage("source is gone");
        assertThat(callsFor(() -> memory.readLong(0x1000))).isEqualTo(1);
        assertThat(callsFor(() -> memory.readLong(0x1000))).isZero();
    }

    @Test
    void asksOnceMoreForThePartsOfAPageWithAHole() {
        CachedMemory memory = cached(EVERYTHING);
        assertThat(memory.readLong(0x20_0800)).isEqualTo(mapped.readLong(0x20_0800));
        assertThat(source.takeReads()).containsExactly(List.of("200000+1000"), List.of("200800+8"));
        // From now on it is known that the page is not whole.
        assertThat(memory.readPartial(0x20_07fc, 8).gaps())
                .isEqualTo(mapped.readPartial(0x20_07fc, 8).gaps());
        assertThat(source.takeReads()).containsExactly(List.of("2007fc+8"));
    }

    @Test
    void passesByRequestsLargerThanHalfOfIt() {
        CachedMemory memory = cached(EVERYTHING.withTotalBytes(0x8000));
        memory.readBytes(0x1800, 0x4001);
        memory.readBytes(0x1000, 0x4000);
        assertThat(source.takeReads())
                .containsExactly(List.of("1800+4001"), List.of("1000+1000", "2000+1000", "3000+1000", "4000+1000"));
        assertThat(statistics(memory).uncached()).isEqualTo(1);
    }

    @Test
    void readsBatchesOfMorePagesThanItHoldsInOneCall() {
        CachedMemory memory = cached(EVERYTHING.withTotalBytes(0x4000).withWays(4));
        MemoryBatch batch = new MemoryBatch();
        for (long page = 0; page < 20; page++) {
            batch.add(page << 12 | 0xff0, MemorySegment.ofArray(new byte[0x18]));
        }
        for (int round = 0; round < 3; round++) {
            memory.read(batch);
            assertThat(source.takeReads()).hasSize(1);
            for (int i = 0; i < batch.size(); i++) {
                assertThat(batch.buffer(i).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(Pattern.bytes(batch.address(i), 0x18));
            }
        }
    }

    @Test
    void leavesMappedMemoryAlone() {
        CachedMemory memory = new CachedMemory(mapped, EVERYTHING);
        assertThat(memory.capability(DirectMap.class)).isEqualTo(mapped.capability(DirectMap.class));
        assertThat(memory.readLong(0x1000)).isEqualTo(mapped.readLong(0x1000));
        assertThat(statistics(memory)).isEqualTo(new CacheStatistics(CacheStatistics.Mode.BYPASSED, 0, 0, 0, 0, 0));
    }

    @Test
    void cachesEveryPageOfASlowSource() {
        assertThat(control(new CachedMemory(source)).options()).isEqualTo(CacheOptions.DEFAULT);
        assertThat(control(new CachedMemory(new DelayedMemory(source, Duration.ofMillis(1))))
                        .options())
                .isEqualTo(EVERYTHING);
    }

    private CachedMemory cached(CacheOptions options) {
        return new CachedMemory(source, options, clock::get);
    }

    private static PageCache control(PhysicalMemory memory) {
        return memory.capability(PageCache.class).orElseThrow();
    }

    private static CacheStatistics statistics(PhysicalMemory memory) {
        return control(memory).statistics();
    }

    private int callsFor(Runnable action) {
        source.takeReads();
        action.run();
        return source.takeReads().size();
    }

    private static long read(PhysicalMemory memory, long address, int pageType) {
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        MemoryBatch batch = new MemoryBatch();
        batch.add(address, word, 0, 8, pageType);
        memory.read(batch);
        assertThat(batch.allWhole()).isTrue();
        return word.get(ValueLayout.JAVA_LONG, 0);
    }
}
