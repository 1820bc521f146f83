package io.memflow.core.async;

/** Told when a batch has ended. */
@FunctionalInterface
public interface BatchCompletion {
    /**
     * Called once for each batch, when every request of it has its status; in no particular order, and for several
     * batches at once. The thread is one of the queue's, or the one that cancelled the batch, closed the queue, or
     * submitted to a closed queue. What it throws goes to the thread's uncaught-exception handler.
     *
     * @param handle of the batch, which is the caller's again
     */
    void ended(BatchHandle handle);
}
