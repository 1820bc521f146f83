package io.memflow.bench.engine;

import io.memflow.core.paging.AddressSpace;
import io.memflow.core.translate.CoalescingSink;
import io.memflow.core.translate.MappingSink;
import io.memflow.core.translate.PageTableWalk;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Walks a whole address space. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first.
public class WalkSpace implements Operation {
    /** What becomes of the pages. */
    public enum Form {
        PAGES,
        RUNS
    }

    @Param("SCATTERED")
    public Root root;

    @Param("PAGES")
    public Form form;

    private static final class Sum implements MappingSink {
        long sum;

        @Override
        public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
            sum += virtual * 3 + physical + length;
            return true;
        }
    }

    private final Sum pages = new Sum();
    private final CoalescingSink runs = new CoalescingSink(pages);
    private AddressSpace.Tree tree;
    private PageTableWalk walk;

    @Override
    @Setup(Level.Trial)
    public void prepare(Machine machine) {
        tree = machine.tree(root);
        walk = new PageTableWalk(machine.walker);
    }

    /** One operation: the whole space. */
    @Benchmark
    public long walk(Machine machine, ProcessorClock clock) {
        return checksum(machine);
    }

    @Override
    public long checksum(Machine machine) {
        pages.sum = 0;
        walk.walk(tree, form == Form.RUNS ? runs : pages);
        runs.flush();
        return pages.sum;
    }
}
