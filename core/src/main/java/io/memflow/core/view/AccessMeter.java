package io.memflow.core.view;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RequestStatus;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Counts one kind of access. Thread-safe and lock-free; nothing is allocated per call. */
final class AccessMeter {
    private final LongSupplier clock;
    private final long startNanos;
    private final RateWindow window;
    private final LongAdder calls = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder partial = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LatencyCounter latency = new LatencyCounter();

    /**
     * Starts counting.
     *
     * @param clock nanoseconds, as {@link System#nanoTime()} counts them
     */
    AccessMeter(LongSupplier clock) {
        this.clock = clock;
        startNanos = clock.getAsLong();
        window = new RateWindow(startNanos);
    }

    long now() {
        return clock.getAsLong();
    }

    /** Counts a batch that was executed. */
    void add(MemoryBatch batch, long began) {
        long now = clock.getAsLong();
        if (window.isDue(now)) {
            window.note(now, requests.sum(), bytes.sum());
        }
        long transferred = 0;
        for (int request = 0; request < batch.size(); request++) {
            transferred += batch.transferred(request);
        }
        if (batch.faultCount() != 0) {
            countFaults(batch);
        }
        calls.increment();
        requests.add(batch.size());
        bytes.add(transferred);
        latency.add(now - began);
    }

    private void countFaults(MemoryBatch batch) {
        for (int request = 0; request < batch.size(); request++) {
            RequestStatus status = batch.status(request);
            if (status == RequestStatus.PARTIAL) {
                partial.increment();
            } else if (status == RequestStatus.FAILED) {
                failed.increment();
            }
        }
    }

    AccessFigures figures() {
        long now = clock.getAsLong();
        long allRequests = requests.sum();
        long allBytes = bytes.sum();
        RateWindow.Mark mark = window.oldest(now);
        AccessFigures.Rates recent = mark == null
                ? AccessFigures.Rates.NONE
                : AccessFigures.Rates.of(allRequests - mark.requests(), allBytes - mark.bytes(), window.covered(now));
        return new AccessFigures(
                calls.sum(),
                allRequests,
                allBytes,
                partial.sum(),
                failed.sum(),
                AccessFigures.Rates.of(allRequests, allBytes, now - startNanos),
                recent,
                latency.histogram());
    }
}
