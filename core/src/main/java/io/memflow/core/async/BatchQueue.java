package io.memflow.core.async;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.util.Optional;

/**
 * Executes batches of one view while their owners do something else: many at once, so that a source with much latency is
 * pipelined. Batches end in no particular order, and writes are not ordered with other batches in flight.
 *
 * <p>Thread-safe, and may be used from virtual threads: none of them waits in the source. {@link #close} ends everything.
 */
public interface BatchQueue extends AutoCloseable {
    /**
     * How much is done at once.
     *
     * @param running batches that the source executes at a time, 1 or more
     * @param inFlight batches that are executed or wait for it, at least {@code running}
     */
    record Limits(int running, int inFlight) {
        public Limits {
            if (running < 1 || inFlight < running) {
                throw new IllegalArgumentException(
                        "a queue runs at least 1 batch and holds no fewer than it runs, not %d and %d"
                                .formatted(running, inFlight));
            }
        }
    }

    /**
     * A queue of a view: the view's own where it has a {@link QueuedAccess}, otherwise threads that each execute one
     * batch after another.
     *
     * @param view safe for many threads; stays open when the queue is closed
     */
    @SuppressWarnings("ReferenceEquality") // Two views that are equal may still be different wrappers.
    static BatchQueue of(MemoryView view, Limits limits) {
        Optional<QueuedAccess> own = view.capability(QueuedAccess.class).filter(access -> access.view() == view);
        return own.isPresent() ? own.get().open(limits) : new ThreadedBatchQueue(view, limits);
    }

    /**
     * Hands a batch over, and waits first while as many batches are in flight as may be. A completion may submit one
     * batch without waiting, which takes the place of the one that ended. A closed queue ends the batch at once as
     * cancelled.
     *
     * @param batch not to be touched, nor its buffers, until it has ended; its buffers must be usable by any thread
     * @param completion told when it has ended
     * @throws InterruptedException when the thread is interrupted while it waits; nothing was handed over
     * @throws IllegalStateException when a completion submits more than one batch while there is no place
     */
    BatchHandle submit(MemoryBatch batch, Direction direction, BatchCompletion completion) throws InterruptedException;

    /** As {@link #submit}, but refuses, with an empty result, where that would wait. */
    Optional<BatchHandle> trySubmit(MemoryBatch batch, Direction direction, BatchCompletion completion);

    /**
     * Cancels what waits, and waits for what runs; when this returns every batch has ended. Called by a completion it
     * does not wait. Closing twice does nothing more.
     */
    @Override
    void close();
}
