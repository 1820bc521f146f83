package io.memflow.core.view;

import io.memflow.core.memory.AccessLatency;
import io.memflow.core.memory.AddressBound;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A view of another whose every call takes longer by a fixed time, to see how code behaves on a slow source. A batch is
 * one call, however many requests it holds.
 *
 * <p>The calling thread parks, without a lock, so calls of several threads wait side by side. An interrupt ends the wait:
 * the source is not called, every request fails with {@link Fault#INTERRUPTED}, and the thread stays interrupted.
 *
 * <p>Keeps every capability of the source but {@link DirectMap}, which would pass the delay by. Thread-safe for reads.
 */
public final class DelayedView extends WrapperView {
    /** From here on a delay makes a source one of {@link AccessLatency#HIGH}: well above any system call. */
    private static final long HIGH_LATENCY_NANOS = 50_000;

    private final long nanos;

    /**
     * A slower view.
     *
     * @param delay what each call takes longer; zero or more
     */
    public DelayedView(MemoryView source, Duration delay) {
        super(source);
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay of " + delay + " is negative");
        }
        nanos = delay.toNanos();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        if (type == AccessLatency.class && nanos >= HIGH_LATENCY_NANOS) {
            return Optional.of(type.cast(AccessLatency.HIGH));
        }
        return AddressBound.class.isAssignableFrom(type) ? Optional.empty() : source.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        if (pause()) {
            source.read(batch);
        } else {
            interrupted(batch);
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        if (pause()) {
            source.write(batch);
        } else {
            interrupted(batch);
        }
    }

    /** Whether the whole delay has passed. */
    private boolean pause() {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    private static void interrupted(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            batch.fail(request, Fault.INTERRUPTED);
        }
    }
}
