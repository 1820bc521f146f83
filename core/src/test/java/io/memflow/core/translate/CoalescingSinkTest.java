package io.memflow.core.translate;

import static io.memflow.core.translate.SyntheticTables.ALL_RIGHTS;
import static io.memflow.core.translate.SyntheticTables.PRESENT;
import static io.memflow.core.translate.SyntheticTables.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.memflow.core.memory.Fault;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CoalescingSinkTest {
    private static final long PAGE = 0x1000;
    private static final int TYPE = 4;

    /** What a target was told; stops when it was told {@code limit} runs. */
    private static final class Told implements MappingSink {
        final List<String> runs = new ArrayList<>();
        int limit = Integer.MAX_VALUE;

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            runs.add("%x->%x+%x %d %x".formatted(virtual, physical, length, pageType, pageSize));
            return runs.size() < limit;
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            runs.add("%x+%x %s".formatted(virtual, length, cause));
            return runs.size() < limit;
        }

        @Override
        public void upper(long virtualUpper, long physicalUpper) {
            runs.add("upper %x %x".formatted(virtualUpper, physicalUpper));
        }
    }

    private final Told told = new Told();
    private final CoalescingSink sink = new CoalescingSink(told);

    private boolean page(long virtual, long physical) {
        return sink.mapping(virtual, physical, PAGE, TYPE, PAGE);
    }

    @Test
    void aRunEndsWhereTheLowWordOfPhysicalAddressesBeginsAnew() {
        page(0x1000, -0x1000);
        page(0x2000, 0);
        sink.flush();

        assertThat(told.runs).containsExactly("1000->fffffffffffff000+1000 4 1000", "2000->0+1000 4 1000");
    }

    @Test
    void joinsWhatContinuesInBothSpaces() {
        page(0x1000, 0x8000);
        page(0x2000, 0x9000);
        page(0x3000, 0xa000);
        sink.flush();

        assertThat(told.runs).containsExactly("1000->8000+3000 4 1000");
    }

    @Test
    void keepsApartWhatContinuesInOneSpaceOnly() {
        page(0x1000, 0x8000);
        page(0x2000, 0x20000);
        page(0x4000, 0x21000);
        sink.flush();

        assertThat(told.runs)
                .containsExactly("1000->8000+1000 4 1000", "2000->20000+1000 4 1000", "4000->21000+1000 4 1000");
    }

    @Test
    void keepsApartOtherTypesAndOtherPageSizes() {
        sink.mapping(0, 0, PAGE, TYPE, PAGE);
        sink.mapping(0x1000, 0x1000, PAGE, TYPE + 1, PAGE);
        sink.mapping(0x2000, 0x2000, PAGE, TYPE + 1, 0x20_0000);
        sink.flush();

        assertThat(told.runs).containsExactly("0->0+1000 4 1000", "1000->1000+1000 5 1000", "2000->2000+1000 5 200000");
    }

    @Test
    void handsARunOnBeforeWhatIsMissingBehindIt() {
        page(0x1000, 0x8000);
        sink.missing(0x2000, PAGE, Fault.TABLE_UNREADABLE, 1);

        assertThat(told.runs).containsExactly("1000->8000+1000 4 1000", "2000+1000 TABLE_UNREADABLE");
    }

    @Test
    void endsARunWhereTheUpperWordsChange() {
        page(-PAGE, -PAGE);
        sink.upper(1, 1);
        page(0, 0);
        sink.flush();

        assertThat(told.runs)
                .containsExactly("fffffffffffff000->fffffffffffff000+1000 4 1000", "upper 1 1", "0->0+1000 4 1000");
    }

    @Test
    void tellsATargetThatStoppedNothingMore() {
        told.limit = 1;
        assertThat(page(0x1000, 0x8000)).isTrue();
        assertThat(page(0x5000, 0x8000)).isFalse();
        assertThat(sink.flush()).isTrue();
        assertThat(told.runs).hasSize(1);
    }

    @Test
    void stopsAtTheNextMappingWhenTheTargetStoppedBetweenTwo() {
        told.limit = 1;
        page(0x1000, 0x8000);
        sink.upper(1, 0);
        assertThat(page(0x1000, 0x8000)).isFalse();
        assertThat(told.runs).hasSize(1);

        told.limit = Integer.MAX_VALUE;
        page(0x7000, 0x9000);
        sink.flush();
        assertThat(told.runs).containsExactly("1000->8000+1000 4 1000", "7000->9000+1000 4 1000");
    }

    @Test
    void runsOfRandomTablesCoverTheSamePagesAndCannotBeJoinedFurther() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (SyntheticTables tables = new SyntheticTables(X86Paging.LEVEL4)) {
            long frame = 0x10_0000;
            for (long virtual = 0; virtual < 2000 * PAGE; virtual += PAGE) {
                frame = random.nextInt(4) == 0 ? (long) random.nextInt(0x300) << 12 : frame + PAGE;
                if (random.nextInt(8) != 0) {
                    tables.map(virtual, 1, frame | (random.nextInt(8) == 0 ? PRESENT : ALL_RIGHTS));
                }
            }
            PageTableWalk walk = new PageTableWalk(new PageTableWalker(tables.memory, X86Paging.LEVEL4));
            AddressSpace.Tree tree = new AddressSpace.Tree(X86Paging.LEVEL4, ROOT);
            List<Long> pages = new ArrayList<>();
            walk.walk(tree, (virtual, physical, length, type, size) -> pages.add(virtual ^ physical << 24 ^ type));

            List<Long> again = new ArrayList<>();
            List<long[]> runs = new ArrayList<>();
            CoalescingSink joined = new CoalescingSink((virtual, physical, length, type, size) -> {
                runs.add(new long[] {virtual, physical, length, type});
                for (long at = 0; at < length; at += size) {
                    again.add((virtual + at) ^ (physical + at) << 24 ^ type);
                }
                return true;
            });
            walk.walk(tree, joined);
            joined.flush();

            assertThat(again).as("seed %d", seed).isEqualTo(pages);
            for (int i = 1; i < runs.size(); i++) {
                long[] before = runs.get(i - 1);
                long[] run = runs.get(i);
                boolean joinable =
                        before[0] + before[2] == run[0] && before[1] + before[2] == run[1] && before[3] == run[3];
                assertThat(joinable).as("seed %d, run %d", seed, i).isFalse();
            }
        }
    }
}
