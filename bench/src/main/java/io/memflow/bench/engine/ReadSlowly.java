package io.memflow.bench.engine;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reads 10,000 random values from a source of which each call takes a millisecond. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first.
public class ReadSlowly implements Operation {
    private static final int ADDRESSES = 10_000;
    private static final long CALL_NANOS = 1_000_000;

    private final MemoryBatch batch = new MemoryBatch(ADDRESSES);
    private final long[] values = new long[ADDRESSES];
    private SlowMemory source;
    private VirtualMemory space;

    @Override
    @Setup(Level.Trial)
    public void prepare(Machine machine) {
        source = new SlowMemory(machine.memory, CALL_NANOS);
        AddressSpace.Tree tree = machine.tree(Root.PAGES);
        space = new VirtualMemory(source, AddressSpace.of(X86Paging.LEVEL4, tree.root()));
        long[] addresses = machine.randomAddresses(Root.PAGES, ADDRESSES);
        MemorySegment target = MemorySegment.ofArray(values);
        for (int i = 0; i < ADDRESSES; i++) {
            batch.add(addresses[i], target, (long) i * Long.BYTES, Long.BYTES);
        }
    }

    /** One operation: all values. */
    @Benchmark
    public long read(Machine machine, ProcessorClock clock) {
        space.read(batch);
        return values[0];
    }

    /** The number of calls to the source that one operation takes. */
    @Override
    public long checksum(Machine machine) {
        int before = source.calls();
        space.read(batch);
        if (!batch.allWhole()) {
            throw new IllegalStateException("all of the image is mapped");
        }
        return (long) source.calls() - before;
    }
}
