package io.memflow.core.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTableWalkTest {
    private static final long KERNEL = 0xFFFF_8000_0000_0000L;

    private final SyntheticTables tables = new SyntheticTables(X86Paging.LEVEL4);
    private final AddressSpace.Tree tree = new AddressSpace.Tree(X86Paging.LEVEL4, SyntheticTables.ROOT);
    private final Seen seen = new Seen();

    @AfterEach
    void close() {
        tables.close();
    }

    private record Run(long virtual, long physical, long length, Fault fault) {}

    private static final class Seen implements MappingSink {
        final List<Run> runs = new ArrayList<>();
        int stopAfter = Integer.MAX_VALUE;

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            runs.add(new Run(virtual, physical, length, Fault.NONE));
            return runs.size() < stopAfter;
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            runs.add(new Run(virtual, 0, length, cause));
            return runs.size() < stopAfter;
        }
    }

    private PageTableWalk walk(PhysicalMemory memory) {
        return new PageTableWalk(new PageTableWalker(memory, X86Paging.LEVEL4));
    }

    private void mapSome() {
        tables.map(0x1000, 1, 0x5000 | SyntheticTables.ALL_RIGHTS);
        tables.map(0x4000_0000L, 2, 0x20_0000L | SyntheticTables.ALL_RIGHTS);
        tables.map(0x7FFF_C000_0000L, 3, 0x4000_0000L | SyntheticTables.ALL_RIGHTS);
        tables.map(KERNEL, 1, 0x6000 | SyntheticTables.ALL_RIGHTS);
        tables.map(-0x1000L, 1, 0x7000 | SyntheticTables.ALL_RIGHTS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamsEveryMappingInAscendingOrder(boolean direct) {
        mapSome();
        assertThat(walk(direct ? tables.memory : tables.indirect()).walk(tree, seen))
                .isEqualTo(WalkEnd.COMPLETE);
        assertThat(seen.runs)
                .containsExactly(
                        new Run(0x1000, 0x5000, 0x1000, Fault.NONE),
                        new Run(0x4000_0000L, 0x20_0000L, 0x20_0000L, Fault.NONE),
                        new Run(0x7FFF_C000_0000L, 0x4000_0000L, 0x4000_0000L, Fault.NONE),
                        new Run(KERNEL, 0x6000, 0x1000, Fault.NONE),
                        new Run(-0x1000L, 0x7000, 0x1000, Fault.NONE));
    }

    @Test
    void cutsMappingsAtTheRangeAndNamesEveryHole() {
        mapSome();
        WalkEnd end = walk(tables.memory).walk(tree, 0x4010_0123L, KERNEL + 0x1FFF, PageTableWalk.Holes.REPORT, seen);
        assertThat(end).isEqualTo(WalkEnd.COMPLETE);
        assertThat(seen.runs.getFirst())
                .isEqualTo(new Run(0x4010_0123L, 0x30_0123L, 0x20_0000L - 0x10_0123L, Fault.NONE));
        assertThat(seen.runs.getLast()).isEqualTo(new Run(KERNEL + 0x1000, 0, 0x1000, Fault.NOT_PRESENT));
        assertThat(seen.runs).contains(new Run(0x8000_0000_0000L, 0, KERNEL - 0x8000_0000_0000L, Fault.NOT_CANONICAL));
        long next = 0x4010_0123L;
        for (Run run : seen.runs) {
            assertThat(run.virtual()).isEqualTo(next);
            next += run.length();
        }
        assertThat(next).isEqualTo(KERNEL + 0x2000);
    }

    @Test
    void reportsTheWholeSpaceWithoutGapOrOverlap() {
        mapSome();
        walk(tables.memory).walk(tree, 0, -1L, PageTableWalk.Holes.REPORT, seen);
        long next = 0;
        for (Run run : seen.runs) {
            assertThat(run.virtual()).isEqualTo(next);
            next += run.length();
        }
        assertThat(next).isZero();
    }

    @Test
    void keepsEntriesThatRepeatEachOther() {
        long shared = tables.entry(0x1000, 1) & -0x1000L;
        tables.map(0x1000, 1, 0x5000 | SyntheticTables.ALL_RIGHTS);
        for (int i = 1; i < 4; i++) {
            tables.set(tables.entry(i * 0x20_0000L, 2), shared | SyntheticTables.ALL_RIGHTS);
        }
        walk(tables.memory).walk(tree, seen);
        assertThat(seen.runs).extracting(Run::virtual).containsExactly(0x1000L, 0x20_1000L, 0x40_1000L, 0x60_1000L);
    }

    @Test
    void stopsWhenAsked() {
        mapSome();
        seen.stopAfter = 2;
        assertThat(walk(tables.memory).walk(tree, seen)).isEqualTo(WalkEnd.STOPPED);
        assertThat(seen.runs).hasSize(2);
    }

    @Test
    void endsAtItsBudgetInTablesThatPointAtThemselves() {
        for (int i = 0; i < 512; i++) {
            tables.set(SyntheticTables.ROOT + i * 8L, SyntheticTables.ROOT | SyntheticTables.ALL_RIGHTS);
        }
        long[] pages = new long[1];
        List<Run> missing = new ArrayList<>();
        PageTableWalk walk = new PageTableWalk(
                new PageTableWalker(tables.memory, X86Paging.LEVEL4), PageTableWalk.DEFAULT_SCRATCH_BYTES, 1 << 20);
        WalkEnd end = walk.walk(tree, new MappingSink() {
            @Override
            public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
                pages[0]++;
                return true;
            }

            @Override
            public boolean missing(long virtual, long length, Fault cause, int level) {
                missing.add(new Run(virtual, 0, length, cause));
                return true;
            }
        });
        assertThat(end).isEqualTo(WalkEnd.OUT_OF_BUDGET);
        assertThat(pages[0]).isBetween(1L << 19, 1L << 20);
        assertThat(missing).hasSize(1);
        assertThat(missing.getFirst().fault()).isEqualTo(Fault.LOOP_BUDGET);
        assertThat(missing.getFirst().virtual() + missing.getFirst().length()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysWhichPartOfACutTableIsMissing(boolean direct) {
        tables.set(tables.entry(0, 2), SyntheticTables.ROOT | SyntheticTables.ALL_RIGHTS);
        DirectMap map = DirectMap.builder()
                .add(0, tables.bytes, 0, SyntheticTables.ROOT + 0x800)
                .add(SyntheticTables.ROOT + 0x1000, tables.bytes, SyntheticTables.ROOT + 0x1000, 0x10000)
                .build();
        PhysicalMemory cut = new MappedMemory(map, Arena.ofAuto(), ViewProperties.Access.READ_ONLY, "cut", List.of());
        tables.map(0x20_0000L * 3, 1, 0x5000 | SyntheticTables.ALL_RIGHTS);
        PageTableWalk walk = walk(direct ? cut : new ForwardingMemory(cut));
        walk.walk(tree, 0, 0x3FFF_FFFFL, PageTableWalk.Holes.SKIP, seen);

        // The first entry of the level 2 table names the root, of which the upper half is not there.
        assertThat(seen.runs).contains(new Run(0x10_0000L, 0, 0x10_0000L, Fault.TABLE_UNREADABLE));
        assertThat(seen.runs).contains(new Run(0x60_0000L, 0x5000, 0x1000, Fault.NONE));
        assertThat(walk.unreadableTables()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void refusesScratchThatHoldsNoSlice() {
        PageTableWalker walker = new PageTableWalker(tables.memory, X86Paging.LEVEL4);
        assertThatThrownBy(() -> new PageTableWalk(walker, 1024, 1000)).hasMessageContaining("2560 bytes of scratch");
    }

    @Test
    void findsEveryVirtualAddressOfAnyByte() {
        mapSome();
        tables.map(0x9000, 1, 0x5000 | SyntheticTables.ALL_RIGHTS);
        ReverseIndex index = ReverseIndex.of(
                new VirtualMemory(tables.memory, AddressSpace.of(X86Paging.LEVEL4, SyntheticTables.ROOT)), 1000);
        assertThat(find(index, 0x5123)).containsExactlyInAnyOrder(0x1123L, 0x9123L);
        assertThat(find(index, 0x6FFF)).containsExactly(KERNEL + 0xFFF);
        assertThat(find(index, 0x20_0000L + 0x1F_FFFFL)).containsExactly(0x401F_FFFFL);
        assertThat(find(index, 0x8000)).isEmpty();
        assertThat(index.walkEnd()).isEqualTo(WalkEnd.COMPLETE);
    }

    private static List<Long> find(ReverseIndex index, long physical) {
        List<Long> found = new ArrayList<>();
        index.find(physical, (upper, address) -> found.add(address));
        return found;
    }
}
