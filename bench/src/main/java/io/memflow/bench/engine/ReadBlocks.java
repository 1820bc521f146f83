package io.memflow.bench.engine;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reads aligned blocks at random virtual addresses, and copies the same bytes knowing where they are. */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare() first.
public class ReadBlocks implements Operation {
    /** Bytes of all blocks together: more than the processor's second cache holds. */
    static final int TOTAL_BYTES = 4 << 20;

    private static final long PAGE = 4096;
    private static final long ALIGNMENT = 64;

    /** How the bytes are reached. */
    public enum Form {
        READ,
        /** {@link MemorySegment#copy} from frames known beforehand. */
        COPY
    }

    @Param("READ")
    public Form form;

    @Param("4096")
    public int bytes;

    private VirtualMemory space;
    private long[] addresses;
    private MemorySegment image;
    private MemorySegment target;
    private long[] frames;

    @Override
    @Setup(Level.Trial)
    public void prepare(Machine machine) {
        space = machine.space(Root.PAGES);
        addresses = machine.randomBlocks(Root.PAGES, bytes, TOTAL_BYTES / bytes);
        long all = machine.memory.map().ranges().getLast().end();
        image = machine.memory.direct(0, all).orElseThrow();
        target = Arena.ofAuto().allocate(bytes, ALIGNMENT);
        frames = new long[TOTAL_BYTES / (int) PAGE];
        Translation out = new Translation();
        int frame = 0;
        for (long address : addresses) {
            for (long at = 0; at < bytes; at += PAGE) {
                space.translate(address + at, out);
                frames[frame++] = out.physical();
            }
        }
    }

    /** One operation: all blocks. */
    @Benchmark
    public MemorySegment read(Machine machine, ProcessorClock clock) {
        for (int block = 0; block < addresses.length; block++) {
            fetch(block);
        }
        return target;
    }

    private void fetch(int block) {
        if (form == Form.READ) {
            if (space.tryRead(addresses[block], target) != Fault.NONE) {
                throw new IllegalStateException("all of the image is mapped");
            }
            return;
        }
        int perBlock = bytes / (int) PAGE;
        for (int page = 0; page < perBlock; page++) {
            MemorySegment.copy(image, frames[block * perBlock + page], target, page * PAGE, PAGE);
        }
    }

    @Override
    public long checksum(Machine machine) {
        long sum = 0;
        for (int block = 0; block < addresses.length; block++) {
            fetch(block);
            for (long at = 0; at < bytes; at += Long.BYTES) {
                sum += target.get(ScalarLayout.LONG_LITTLE, at);
            }
        }
        return sum;
    }
}
