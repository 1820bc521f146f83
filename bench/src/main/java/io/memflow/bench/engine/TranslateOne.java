package io.memflow.bench.engine;

import io.memflow.core.translate.Translation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Translates random addresses one at a time. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first.
public class TranslateOne implements Operation {
    static final int ADDRESSES = 4096;

    @Param("PAGES")
    public Root root;

    private final Translation out = new Translation();
    private long table;
    private long[] addresses;

    @Override
    @Setup(Level.Trial)
    public void prepare(Machine machine) {
        table = machine.tree(root).root();
        addresses = machine.randomAddresses(root, ADDRESSES);
    }

    /** One operation: {@value #ADDRESSES} addresses. */
    @Benchmark
    public long translate(Machine machine, ProcessorClock clock) {
        return checksum(machine);
    }

    @Override
    public long checksum(Machine machine) {
        long sum = 0;
        for (int i = 0; i < addresses.length; i++) {
            long physical = machine.walker.translate(table, addresses[i], out) ? out.physical() : -1;
            sum += physical * (i + 1);
        }
        return sum;
    }
}
