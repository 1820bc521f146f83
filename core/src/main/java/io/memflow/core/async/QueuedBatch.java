package io.memflow.core.async;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A batch in a {@link ThreadedBatchQueue}. Thread-safe: whoever moves it out of a state does what is due there. */
final class QueuedBatch implements BatchHandle {
    private final ThreadedBatchQueue queue;
    private final MemoryBatch batch;
    private final Direction direction;
    private final BatchCompletion completion;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;

    QueuedBatch(ThreadedBatchQueue queue, MemoryBatch batch, Direction direction, BatchCompletion completion) {
        this.queue = queue;
        this.batch = batch;
        this.direction = direction;
        this.completion = completion;
    }

    @Override
    public State state() {
        return ended.getCount() == 0 ? State.ENDED : state.get() == State.WAITING ? State.WAITING : State.RUNNING;
    }

    @Override
    public MemoryBatch batch() {
        return batch;
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void await() throws InterruptedException {
        ended.await();
    }

    @Override
    public Cancellation cancel() {
        if (end()) {
            queue.remove(this);
            complete();
            return Cancellation.CANCELLED;
        }
        boolean running = state.get() == State.RUNNING && ended.getCount() != 0;
        return running ? Cancellation.RUNNING : Cancellation.ENDED;
    }

    /** Ends the batch as cancelled if it still waits; its completion is then the caller's to call. */
    boolean end() {
        if (!state.compareAndSet(State.WAITING, State.ENDED)) {
            return false;
        }
        failAll(Fault.CANCELLED);
        ended.countDown();
        return true;
    }

    /** Executes the batch if it still waits; whether it did. */
    boolean execute(MemoryView view) {
        if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
            return false;
        }
        try {
            switch (direction) {
                case READ -> view.read(batch);
                case WRITE -> view.write(batch);
            }
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
            failAll(Fault.INPUT_OUTPUT);
        }
        ended.countDown();
        return true;
    }

    /** Tells the completion. */
    void complete() {
        try {
            completion.ended(this);
        } catch (RuntimeException | Error thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }

    private void failAll(Fault fault) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            batch.fail(request, fault);
        }
    }
}
