package io.memflow.bench.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What of each iteration the measuring thread had the processor, in time, and what it allocated: other programs on the
 * machine take its time away, but do not count here.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class ProcessorClock {
    /** Processor time of this iteration, in nanoseconds. */
    public long cpuNanos;
    /** Time of this iteration, in nanoseconds. */
    public long wallNanos;
    /** Bytes that the measuring thread allocated in this iteration, those of the harness included. */
    public long allocatedBytes;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long cpuStart;
    private long wallStart;
    private long allocatedStart;

    /** Starts the clocks. */
    @Setup(Level.Iteration)
    public void start() {
        allocatedStart = threads.getCurrentThreadAllocatedBytes();
        wallStart = System.nanoTime();
        cpuStart = threads.getCurrentThreadCpuTime();
    }

    /** Stops them. */
    @TearDown(Level.Iteration)
    public void stop() {
        cpuNanos = threads.getCurrentThreadCpuTime() - cpuStart;
        wallNanos = System.nanoTime() - wallStart;
        allocatedBytes = threads.getCurrentThreadAllocatedBytes() - allocatedStart;
    }
}
