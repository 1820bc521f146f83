package io.memflow.bench.engine;

import io.memflow.core.paging.AddressSpace;
import io.memflow.core.translate.TranslationList;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Translates a list of addresses. The list is filled once, as the C reference's array is. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first.
public class TranslateList implements Operation {
    /** The order of the addresses. */
    public enum Order {
        SEQUENTIAL,
        RANDOM
    }

    @Param("PAGES")
    public Root root;

    @Param("RANDOM")
    public Order order;

    @Param("4096")
    public int count;

    private AddressSpace.Tree tree;
    private TranslationList list;

    @Override
    @Setup(Level.Trial)
    public void prepare(Machine machine) {
        tree = machine.tree(root);
        list = new TranslationList(count);
        long[] addresses =
                order == Order.RANDOM ? machine.randomAddresses(root, count) : machine.sequentialAddresses(root, count);
        list.addAll(addresses, 0, count);
    }

    /** One operation: the whole list. */
    @Benchmark
    public TranslationList translate(Machine machine, ProcessorClock clock) {
        machine.walker.translate(tree, list);
        return list;
    }

    @Override
    public long checksum(Machine machine) {
        machine.walker.translate(tree, list);
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (list.isMapped(i) ? list.physical(i) : -1) * (i + 1);
        }
        return sum;
    }
}
