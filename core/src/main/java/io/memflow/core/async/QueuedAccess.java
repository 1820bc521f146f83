package io.memflow.core.async;

import io.memflow.core.memory.MemoryView;

/**
 * The capability of a source that has a better way than threads to keep many batches in flight, such as a protocol that
 * takes several requests at once. Wrappers pass it on unaware, so it names the view it is for: through any other view
 * it would pass by what the wrapper does.
 */
public interface QueuedAccess {
    /** The view whose addresses and bytes the queue's batches mean. */
    MemoryView view();

    /** Opens a queue, which keeps to the contract of {@link BatchQueue}. */
    BatchQueue open(BatchQueue.Limits limits);
}
