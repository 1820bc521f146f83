package io.memflow.core.async;

import io.memflow.core.memory.MemoryBatch;
import java.util.Optional;

/** A batch that was handed to a {@link BatchQueue}. Thread-safe. */
public interface BatchHandle {
    /** How far a batch has come. */
    enum State {
        /** Waits for its turn. */
        WAITING,
        /** The source is at it. */
        RUNNING,
        /** Over: every request has its status, and the batch is the caller's again. */
        ENDED
    }

    /** What became of the wish to cancel. */
    enum Cancellation {
        /** The batch has ended; every request failed with {@link io.memflow.core.memory.Fault#CANCELLED}. */
        CANCELLED,
        /** Too late: the source is at it, and its results will stand. */
        RUNNING,
        /** Too late: it had ended before. */
        ENDED
    }

    State state();

    /** The batch; not to be touched before it has ended. */
    MemoryBatch batch();

    /** Cancels the batch unless the source is at it already. */
    Cancellation cancel();

    /** What the source threw, if it did; every request then failed with an input/output error. */
    Optional<Throwable> failure();

    /**
     * Waits until the batch has ended; its completion may still be running.
     *
     * @throws InterruptedException when the thread is interrupted; the batch goes on
     */
    void await() throws InterruptedException;
}
