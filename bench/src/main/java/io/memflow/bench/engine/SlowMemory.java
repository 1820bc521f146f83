package io.memflow.bench.engine;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Memory as a distant source has it: no direct access, each call takes a given time at least. Counts calls. Confined. */
final class SlowMemory implements PhysicalMemory {
    private final PhysicalMemory below;
    private final long callNanos;
    private int calls;

    SlowMemory(PhysicalMemory below, long callNanos) {
        this.below = below;
        this.callNanos = callNanos;
    }

    int calls() {
        return calls;
    }

    @Override
    public ViewProperties properties() {
        return below.properties();
    }

    @Override
    public MemoryMap map() {
        return below.map();
    }

    @Override
    public String description() {
        return "slow " + below.description();
    }

    @Override
    public void read(MemoryBatch batch) {
        long start = System.nanoTime();
        calls++;
        below.read(batch);
        for (long rest = callNanos; rest > 0; rest = start + callNanos - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void close() {
        below.close();
    }
}
