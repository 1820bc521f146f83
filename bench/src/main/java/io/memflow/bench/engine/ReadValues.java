package io.memflow.bench.engine;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reads 8 bytes at random virtual addresses, wherever they lie in their pages. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first.
public class ReadValues implements Operation {
    private static final int LIST = 64;

    /** How the values are asked for. */
    public enum Form {
        ONE_AT_A_TIME,
        /** In lists of 64, each filled anew. */
        LISTS
    }

    @Param("ONE_AT_A_TIME")
    public Form form;

    /** How many different addresses; a multiple of a list's length. */
    @Param("65536")
    public int count;

    private final MemoryBatch batch = new MemoryBatch(LIST);
    private final MemorySegment values = MemorySegment.ofArray(new long[LIST]);
    private VirtualMemory space;
    private long[] addresses;

    @Override
    @Setup(Level.Trial)
    public void prepare(Machine machine) {
        space = machine.space(Root.PAGES);
        addresses = machine.randomAddresses(Root.PAGES, count);
    }

    /** One operation: one value from each address. */
    @Benchmark
    public long read(Machine machine, ProcessorClock clock) {
        return checksum(machine);
    }

    @Override
    public long checksum(Machine machine) {
        return form == Form.LISTS ? lists() : oneAtATime();
    }

    private long oneAtATime() {
        long sum = 0;
        for (long address : addresses) {
            sum += space.readLong(address);
        }
        return sum;
    }

    private long lists() {
        long sum = 0;
        for (int first = 0; first < addresses.length; first += LIST) {
            batch.clear();
            for (int i = 0; i < LIST; i++) {
                batch.add(addresses[first + i], values, (long) i * Long.BYTES, Long.BYTES);
            }
            space.read(batch);
            if (!batch.allWhole()) {
                throw new IllegalStateException("all of the image is mapped");
            }
            sum += values.get(ScalarLayout.LONG_LITTLE, 0);
        }
        return sum;
    }
}
