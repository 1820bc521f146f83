package io.memflow.core.translate;

import static io.memflow.core.translate.SyntheticTables.ALL_RIGHTS;
import static io.memflow.core.translate.SyntheticTables.NO_EXECUTE;
import static io.memflow.core.translate.SyntheticTables.PRESENT;
import static io.memflow.core.translate.SyntheticTables.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MappedRangesTest {
    private static final long PAGE = 0x1000;

    private final List<String> told = new ArrayList<>();
    private int limit = Integer.MAX_VALUE;

    private boolean range(long upper, long virtual, long length, long mapped, int pageType) {
        told.add("%x:%x+%x %x %x".formatted(upper, virtual, length, mapped, pageType));
        return told.size() < limit;
    }

    private MappedRanges ranges(long largestGap) {
        return new MappedRanges(largestGap, this::range);
    }

    private static boolean page(MappedRanges ranges, long virtual) {
        return ranges.mapping(virtual, virtual * 7, PAGE, 0, PAGE);
    }

    @Test
    void joinsPagesThatTouchWhereverTheyLead() {
        MappedRanges ranges = ranges(0);
        page(ranges, 0x1000);
        page(ranges, 0x2000);
        page(ranges, 0x4000);
        ranges.flush();

        assertThat(told).containsExactly("0:1000+2000 2000 0", "0:4000+1000 1000 0");
    }

    @Test
    void joinsOverGapsUpToTheLimitAndSaysHowMuchIsMapped() {
        MappedRanges ranges = ranges(2 * PAGE);
        page(ranges, 0x1000);
        ranges.missing(0x2000, 2 * PAGE, Fault.NOT_PRESENT, 1);
        page(ranges, 0x4000);
        page(ranges, 0x8000);
        ranges.flush();

        assertThat(told).containsExactly("0:1000+4000 2000 0", "0:8000+1000 1000 0");
    }

    @Test
    void aLimitWithoutEndMakesOneRangeOfAll() {
        MappedRanges ranges = ranges(-1);
        page(ranges, 0);
        page(ranges, -PAGE);
        ranges.flush();

        assertThat(told).as("2^64 bytes cannot be said in one range").hasSize(2);

        told.clear();
        page(ranges, 0x1000);
        page(ranges, -PAGE);
        ranges.flush();
        assertThat(told).containsExactly("0:1000+fffffffffffff000 2000 0");
    }

    @Test
    void namesTheFlagsThatAllPagesShare() {
        try (SyntheticTables tables = new SyntheticTables(X86Paging.LEVEL4)) {
            tables.map(0x1000, 1, 0x5000 | PRESENT | NO_EXECUTE);
            tables.map(0x2000, 1, 0x9000 | ALL_RIGHTS | NO_EXECUTE);
            MappedRanges ranges = ranges(0);
            PageTableWalker walker = new PageTableWalker(tables.memory, X86Paging.LEVEL4);
            new PageTableWalk(walker).walk(new AddressSpace.Tree(X86Paging.LEVEL4, ROOT), ranges);
            ranges.flush();

            assertThat(told).containsExactly("0:1000+2000 2000 %x".formatted(PageType.NO_EXECUTE_AT_ALL));
        }
    }

    @Test
    void endsARangeWhereTheUpperWordOfTheVirtualAddressChanges() {
        MappedRanges ranges = ranges(PAGE);
        page(ranges, -PAGE);
        ranges.upper(0, 5);
        ranges.upper(1, 5);
        page(ranges, 0);
        ranges.flush();

        assertThat(told).containsExactly("0:fffffffffffff000+1000 1000 0", "1:0+1000 1000 0");
    }

    @Test
    void tellsATargetThatStoppedNothingMore() {
        limit = 1;
        MappedRanges ranges = ranges(0);
        page(ranges, 0x1000);
        assertThat(page(ranges, 0x8000)).isFalse();
        assertThat(ranges.flush()).isTrue();
        assertThat(told).hasSize(1);
    }

    @Test
    void stopsAtTheNextMappingWhenTheTargetStoppedBetweenTwo() {
        limit = 1;
        MappedRanges ranges = ranges(0);
        page(ranges, 0x1000);
        ranges.upper(1, 0);
        assertThat(page(ranges, 0x1000)).isFalse();
        assertThat(told).hasSize(1);
    }
}
