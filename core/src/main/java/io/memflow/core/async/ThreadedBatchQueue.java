package io.memflow.core.async;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A queue on platform threads of its own, which are made when they are needed: a call into the source may block in native
 * code, where a virtual thread would hold on to its carrier. The threads are daemons. Thread-safe.
 */
final class ThreadedBatchQueue implements BatchQueue {
    private final MemoryView view;
    private final Limits limits;

    // All that follows is guarded by the lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition placeFree = lock.newCondition();
    private final Condition workThere = lock.newCondition();
    private final Condition threadGone = lock.newCondition();
    private final Deque<QueuedBatch> waiting = new ArrayDeque<>();
    private final Set<Thread> threads = new HashSet<>();
    private int idle;
    /** Places taken: by batches that wait or run, and by those whose completion runs on a thread of the queue. */
    private int taken;
    /** Threads whose completion may still submit one batch into the place of the one that ended. */
    private final Set<Thread> heirs = new HashSet<>();

    private boolean closed;

    ThreadedBatchQueue(MemoryView view, Limits limits) {
        this.view = view;
        this.limits = limits;
    }

    @Override
    public BatchHandle submit(MemoryBatch batch, Direction direction, BatchCompletion completion)
            throws InterruptedException {
        QueuedBatch handle = new QueuedBatch(this, batch, direction, completion);
        lock.lockInterruptibly();
        try {
            while (!closed && !takePlace()) {
                if (threads.contains(Thread.currentThread())) {
                    throw new IllegalStateException(
                            "a completion may submit one batch in place of the one that ended, or use trySubmit");
                }
                placeFree.await();
            }
            if (!closed) {
                start(handle);
                return handle;
            }
        } finally {
            lock.unlock();
        }
        return refused(handle);
    }

    @Override
    public Optional<BatchHandle> trySubmit(MemoryBatch batch, Direction direction, BatchCompletion completion) {
        QueuedBatch handle = new QueuedBatch(this, batch, direction, completion);
        lock.lock();
        try {
            if (!closed) {
                if (!takePlace()) {
                    return Optional.empty();
                }
                start(handle);
                return Optional.of(handle);
            }
        } finally {
            lock.unlock();
        }
        return Optional.of(refused(handle));
    }

    private static QueuedBatch refused(QueuedBatch handle) {
        if (handle.end()) {
            handle.complete();
        }
        return handle;
    }

    private boolean takePlace() {
        if (heirs.remove(Thread.currentThread())) {
            return true;
        }
        if (taken == limits.inFlight()) {
            return false;
        }
        taken++;
        return true;
    }

    private void start(QueuedBatch handle) {
        boolean started = false;
        try {
            if (idle > waiting.size()) {
                workThere.signal();
            } else if (threads.size() < limits.running()) {
                Thread thread = Thread.ofPlatform()
                        .daemon()
                        .name("memflow-batches-" + (threads.size() + 1))
                        .unstarted(this::work);
                thread.start();
                threads.add(thread);
            }
            started = waiting.add(handle);
        } finally {
            if (!started) {
                freePlace();
            }
        }
    }

    /** Gives up the place of a batch that was cancelled. */
    void remove(QueuedBatch handle) {
        lock.lock();
        try {
            // Who closes, or was about to execute it, has taken it out already and gives the place up.
            if (waiting.remove(handle)) {
                freePlace();
            }
        } finally {
            lock.unlock();
        }
    }

    private void freePlace() {
        taken--;
        placeFree.signal();
    }

    private void work() {
        try {
            QueuedBatch next = next();
            while (next != null) {
                boolean executed = next.execute(view);
                if (executed) {
                    complete(next);
                } else {
                    free();
                }
                next = next();
            }
        } finally {
            lock.lock();
            try {
                threads.remove(Thread.currentThread());
                threadGone.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void complete(QueuedBatch ended) {
        Thread self = Thread.currentThread();
        lock.lock();
        try {
            heirs.add(self);
        } finally {
            lock.unlock();
        }
        ended.complete();
        lock.lock();
        try {
            if (heirs.remove(self)) {
                freePlace();
            }
        } finally {
            lock.unlock();
        }
    }

    private void free() {
        lock.lock();
        try {
            freePlace();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable QueuedBatch next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                idle++;
                workThere.awaitUninterruptibly();
                idle--;
            }
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<QueuedBatch> cancelled = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (QueuedBatch handle : waiting) {
                if (handle.end()) {
                    cancelled.add(handle);
                }
                taken--;
            }
            waiting.clear();
            placeFree.signalAll();
            workThere.signalAll();
        } finally {
            lock.unlock();
        }
        cancelled.forEach(QueuedBatch::complete);
        lock.lock();
        try {
            while (!threads.isEmpty() && !threads.contains(Thread.currentThread())) {
                threadGone.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
