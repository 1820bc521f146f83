package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranslationListTest {
    private static final long FIRST = 0x7f00_0000_0000L;

    private final SyntheticTables tables = new SyntheticTables(X86Paging.LEVEL4);
    private final AddressSpace.Tree tree = new AddressSpace.Tree(X86Paging.LEVEL4, SyntheticTables.ROOT);

    @AfterEach
    void close() {
        tables.close();
    }

    /** Pages, large pages, holes, reserved and unreadable entries; returns addresses in and around them. */
    private List<Long> buildMixture() {
        List<Long> addresses = new ArrayList<>();
        for (int i = 0; i < 600; i += 1 + i % 3) {
            tables.map(FIRST + i * 0x1000L, 1, (i * 0x1000L) | SyntheticTables.ALL_RIGHTS);
        }
        tables.map(FIRST + 0x4000_0000L, 2, 0x20_0000L | SyntheticTables.ALL_RIGHTS);
        tables.map(FIRST + 0x8000_0000L, 3, 0x4000_0000L | SyntheticTables.PRESENT | SyntheticTables.NO_EXECUTE);
        // A table outside the memory, and a page-size bit where none may be.
        tables.set(tables.entry(FIRST + 0xC000_0000L, 2), 0x7FFF_F000L | SyntheticTables.ALL_RIGHTS);
        tables.set(
                tables.entry(0x1234_5000L + (3L << 39), 4),
                0x5000 | SyntheticTables.PAGE_SIZE | SyntheticTables.ALL_RIGHTS);
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            long inside = FIRST + random.nextLong(600 * 0x1000L);
            addresses.add(
                    switch (i % 7) {
                        case 0 -> inside + 0x4000_0000L;
                        case 1 -> inside + 0x8000_0000L;
                        case 2 -> inside + 0xC000_0000L;
                        case 3 -> 0x1234_5000L + (3L << 39);
                        case 4 -> 0x8000_0000_0000L + i;
                        default -> inside;
                    });
        }
        return addresses;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void agreesWithOneTranslationEach(boolean direct) {
        List<Long> addresses = buildMixture();
        PageTableWalker walker = new PageTableWalker(direct ? tables.memory : tables.indirect(), X86Paging.LEVEL4);
        TranslationList list = new TranslationList();
        addresses.forEach(list::add);
        walker.translate(tree, list);

        Translation one = new Translation();
        for (int i = 0; i < list.size(); i++) {
            walker.translate(SyntheticTables.ROOT, addresses.get(i), one);
            assertThat(list.fault(i)).as("%x", addresses.get(i)).isEqualTo(one.fault());
            assertThat(list.level(i)).isEqualTo(one.level());
            assertThat(list.pageSize(i)).isEqualTo(one.pageSize());
            if (one.fault() == Fault.NONE) {
                assertThat(list.physical(i)).isEqualTo(one.physical());
                assertThat(list.pageType(i)).isEqualTo(one.pageType());
            }
        }
        assertThat(list.mappedCount()).isBetween(1000, 2500);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 3000})
    void readsEachLevelOnceWhereTablesAreFetched(int count) {
        List<Long> addresses = buildMixture();
        CountingMemory source = new CountingMemory(tables.indirect());
        TranslationList list = new TranslationList();
        addresses.subList(0, count).forEach(list::add);
        new PageTableWalker(source, X86Paging.LEVEL4).translate(tree, list);
        assertThat(source.calls).isLessThanOrEqualTo(4);

        source.calls = 0;
        MemoryBatch batch = new MemoryBatch();
        MemorySegment buffer = MemorySegment.ofArray(new long[count]);
        for (int i = 0; i < count; i++) {
            batch.add(addresses.get(i), buffer, 8L * i, 8);
        }
        new VirtualMemory(source, AddressSpace.of(X86Paging.LEVEL4, SyntheticTables.ROOT)).read(batch);
        assertThat(source.calls).isLessThanOrEqualTo(5);
    }

    /** Counts calls. */
    private static final class CountingMemory extends ForwardingMemory {
        int calls;

        CountingMemory(PhysicalMemory source) {
            super(source);
        }

        @Override
        public void read(MemoryBatch batch) {
            calls++;
            super.read(batch);
        }
    }
}
