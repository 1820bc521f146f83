package io.memflow.core.translate.property;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.WalkEnd;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileTablesTest {
    private static final long BUDGET = 1 << 18;
    private static final int ADDRESSES = 2_000;
    /** What a walk may allocate beside its scratch, whatever it walks. */
    private static final long MOST_GARBAGE = 16 << 10;

    /** Tables that lead to themselves in some way. */
    record Shape(String name, Function<HostileTables, HostileTables> make) {}

    record Target(Architecture architecture, PagingFormat format, Shape shape) {
        @Override
        public String toString() {
            return format.name() + ": " + shape.name;
        }

        HostileTables make() {
            return shape.make.apply(new HostileTables(architecture, format));
        }
    }

    static Stream<Target> targets() {
        List<Shape> shapes = List.of(
                new Shape("root names itself", tables -> tables.ring(1)),
                new Shape("two tables name each other", tables -> tables.ring(2)),
                new Shape("ring of tables", tables -> tables.ring(tables.room())),
                new Shape("every entry present", HostileTables::chain),
                new Shape("noise", tables -> tables.noise(new SplittableRandom(1))),
                new Shape("other noise", tables -> tables.noise(new SplittableRandom(2))));
        return Architecture.all().stream()
                .flatMap(architecture -> architecture.formats().stream()
                        .flatMap(judged ->
                                shapes.stream().map(shape -> new Target(architecture, judged.format(), shape))));
    }

    /** Checks order and counts, and keeps nothing. */
    private static final class Counter implements MappingSink {
        long runs;
        long last;
        boolean outOfBudget;
        boolean ascends = true;

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            return next(virtual);
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            outOfBudget |= cause == Fault.LOOP_BUDGET;
            return next(virtual);
        }

        @Override
        public void upper(long virtualUpper, long physicalUpper) {
            last = 0;
        }

        private boolean next(long virtual) {
            ascends &= Long.compareUnsigned(virtual, last) >= 0;
            last = virtual;
            runs++;
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void walkEndsInItsBudgetAndSaysSo(Target target) {
        try (HostileTables tables = target.make()) {
            for (PhysicalMemory memory : List.of(tables.memory.direct(), tables.memory.distant())) {
                PageTableWalk walk = new PageTableWalk(
                        new PageTableWalker(memory, target.format), PageTableWalk.DEFAULT_SCRATCH_BYTES, BUDGET);
                Counter counter = new Counter();
                WalkEnd end = walk.walk(tables.tree, counter);
                assertThat(end).isNotEqualTo(WalkEnd.STOPPED);
                assertThat(counter.outOfBudget).isEqualTo(end == WalkEnd.OUT_OF_BUDGET);
                assertThat(counter.ascends).isTrue();
                // A run for every entry at most, and a hole between any two.
                assertThat(counter.runs).isLessThan(2 * BUDGET + 16);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void walkAllocatesNoMoreThanItsScratch(Target target) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (HostileTables tables = target.make()) {
            PageTableWalker walker = new PageTableWalker(tables.memory.direct(), target.format);
            PageTableWalk walk = new PageTableWalk(walker, PageTableWalk.DEFAULT_SCRATCH_BYTES, BUDGET);
            Counter counter = new Counter();
            // The first walk also loads classes.
            var _ = walk.walk(tables.tree, counter);
            long before = threads.getCurrentThreadAllocatedBytes();
            var _ = walk.walk(tables.tree, counter);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).isLessThan(MOST_GARBAGE);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void translationEndsAtTheLastLevel(Target target) {
        SplittableRandom random = new SplittableRandom(3);
        try (HostileTables tables = target.make()) {
            for (PhysicalMemory memory : List.of(tables.memory.direct(), tables.memory.distant())) {
                PageTableWalker walker = new PageTableWalker(memory, target.format);
                TranslationList list = new TranslationList();
                Translation single = new Translation();
                int shift = random.nextInt(Long.SIZE);
                for (int i = 0; i < ADDRESSES; i++) {
                    list.add(random.nextLong() >>> shift);
                }
                walker.translate(tables.tree, list);
                for (int i = 0; i < ADDRESSES; i++) {
                    boolean mapped = walker.translate(tables.tree.root(), list.virtual(i), single);
                    assertThat(list.isMapped(i))
                            .as("number %d, 0x%x, before it 0x%x", i, list.virtual(i), i == 0 ? 0 : list.virtual(i - 1))
                            .isEqualTo(mapped);
                    assertThat(list.fault(i)).isEqualTo(single.fault());
                    assertThat(mapped ? list.physical(i) : 0).isEqualTo(mapped ? single.physical() : 0);
                }
            }
        }
    }
}
