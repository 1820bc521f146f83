package io.memflow.core.translate.property;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.translate.CoalescingSink;
import io.memflow.core.translate.MappedRanges;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.ReverseIndex;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.TranslationList;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.translate.WalkEnd;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Walks, translates and indexes hostile tables of every format, for a JVM whose heap is the budget ({@code -Xmx64m}). Prints
 * a line for each, with the milliseconds of processor time it took, and fails with the first that does not end as it should.
 *
 * <p>Arguments: the budget of a walk in entries (the default one unless given), and a part of the formats' names.
 */
public final class HostileBudget {
    private static final int ADDRESSES = 10_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private HostileBudget() {}

    private enum Shape {
        SELF,
        PAIR,
        RING,
        FULL,
        NOISE;

        HostileTables make(HostileTables tables) {
            return switch (this) {
                case SELF -> tables.ring(1);
                case PAIR -> tables.ring(2);
                case RING -> tables.ring(tables.room());
                case FULL -> tables.chain();
                case NOISE -> tables.noise(new SplittableRandom(1));
            };
        }
    }

    /** Notes how a walk ends. */
    private static final class Counter implements MappingSink {
        boolean outOfBudget;

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            return true;
        }

        @Override
        public boolean missing(long virtual, long length, Fault cause, int level) {
            outOfBudget |= cause == Fault.LOOP_BUDGET;
            return true;
        }
    }

    public static void main(String[] arguments) {
        long budget = arguments.length > 0 ? Long.parseLong(arguments[0]) : PageTableWalk.DEFAULT_ENTRY_BUDGET;
        String part = arguments.length > 1 ? arguments[1] : "";
        for (Architecture architecture : Architecture.all()) {
            for (Architecture.Judged judged : architecture.formats()) {
                if (judged.format().name().contains(part)) {
                    for (Shape shape : Shape.values()) {
                        run(architecture, judged.format(), shape, budget);
                    }
                }
            }
        }
    }

    private static void run(Architecture architecture, PagingFormat format, Shape shape, long budget) {
        try (HostileTables tables = shape.make(new HostileTables(architecture, format))) {
            boolean direct = true;
            for (PhysicalMemory memory : List.of(tables.memory.direct(), tables.memory.distant())) {
                String line = "%s, %s, %s:".formatted(format.name(), shape, direct ? "mapped" : "fetched");
                direct = false;
                PageTableWalker walker = new PageTableWalker(memory, format);
                line += timed("translate", () -> translate(walker, tables.tree));
                line += timed("walk", () -> walk(walker, tables.tree, budget));
                line += timed("ranges", () -> ranges(walker, tables.tree, budget));
                line += timed("index", () -> index(walker, tables.tree, budget));
                if (format.addressBits() <= Long.SIZE && budget == PageTableWalk.DEFAULT_ENTRY_BUDGET) {
                    line += timed("space", () -> indexOfSpace(memory, tables.tree));
                }
                System.out.println(line);
            }
        }
    }

    private interface Step {
        String run();
    }

    private static String timed(String what, Step step) {
        long before = THREADS.getCurrentThreadCpuTime();
        String end = step.run();
        long spent = THREADS.getCurrentThreadCpuTime() - before;
        return String.format(Locale.ROOT, " %s %s %d ms", what, end, spent / 1_000_000);
    }

    private static String translate(PageTableWalker walker, AddressSpace.Tree tree) {
        SplittableRandom random = new SplittableRandom(7);
        TranslationList list = new TranslationList();
        int shift = random.nextInt(Integer.SIZE);
        for (int i = 0; i < ADDRESSES; i++) {
            list.add(random.nextLong() >>> shift);
        }
        walker.translate(tree, list);
        Translation single = new Translation();
        int mapped = 0;
        for (int i = 0; i < ADDRESSES; i++) {
            boolean found = walker.translate(tree.rootUpper(), tree.root(), 0, list.virtual(i), single);
            require(found == list.isMapped(i) && single.fault() == list.fault(i), "list and single differ");
            mapped += found ? 1 : 0;
        }
        return Integer.toString(mapped);
    }

    private static String walk(PageTableWalker walker, AddressSpace.Tree tree, long budget) {
        Counter counter = new Counter();
        CoalescingSink sink = new CoalescingSink(counter);
        WalkEnd end = new PageTableWalk(walker, PageTableWalk.DEFAULT_SCRATCH_BYTES, budget).walk(tree, sink);
        require(sink.flush() && end != WalkEnd.STOPPED, "the walk was stopped");
        require(counter.outOfBudget == (end == WalkEnd.OUT_OF_BUDGET), "the walk does not say where it ran out");
        return end.toString();
    }

    private static String ranges(PageTableWalker walker, AddressSpace.Tree tree, long budget) {
        long[] count = {0};
        MappedRanges ranges = new MappedRanges(0, (upper, virtual, length, mapped, pageType) -> {
            count[0]++;
            return true;
        });
        WalkEnd end = new PageTableWalk(walker, PageTableWalk.DEFAULT_SCRATCH_BYTES, budget).walk(tree, ranges);
        require(ranges.flush() && end != WalkEnd.STOPPED, "the walk was stopped");
        return end.toString();
    }

    private static String index(PageTableWalker walker, AddressSpace.Tree tree, long budget) {
        ReverseIndex.Builder builder = new ReverseIndex.Builder(ReverseIndex.DEFAULT_MOST_RUNS);
        return indexed(() -> builder.build(
                new PageTableWalk(walker, PageTableWalk.DEFAULT_SCRATCH_BYTES, budget).walk(tree, builder)));
    }

    private static String indexOfSpace(PhysicalMemory memory, AddressSpace.Tree tree) {
        return indexed(() -> ReverseIndex.of(new VirtualMemory(memory, new AddressSpace(tree, Optional.empty()))));
    }

    private static String indexed(Supplier<ReverseIndex> made) {
        try {
            ReverseIndex index = made.get();
            require(index.walkEnd() != WalkEnd.STOPPED, "the walk was stopped");
            long[] found = {0};
            var _ = index.find(0, (upper, address) -> ++found[0] < ADDRESSES);
            return index.walkEnd().toString();
        } catch (MemflowException full) {
            require(full.kind() == ErrorKind.OUT_OF_BOUNDS, "another refusal: " + full.getMessage());
            return "REFUSED";
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
