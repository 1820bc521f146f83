package io.memflow.core.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.view.PatternMemory;
import io.memflow.core.view.WrapperView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timeout only ends a test that would hang. */
@Timeout(60)
class BatchQueueTest {
    private static final BatchCompletion NOTHING = handle -> {};

    private final MemoryView memory = PatternMemory.of(List.of(new AddressRange(0, 0x10_0000)));
    private final Gate gate = new Gate(memory);

    /** A source whose calls take as long as a test wants. */
    private static final class Gate extends WrapperView {
        final Semaphore entered = new Semaphore(0);
        final Semaphore mayLeave = new Semaphore(0);
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();

        Gate(MemoryView source) {
            super(source);
        }

        @Override
        public void read(MemoryBatch batch) {
            threads.add(Thread.currentThread());
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            entered.release();
            mayLeave.acquireUninterruptibly();
            inside.decrementAndGet();
            source.read(batch);
        }
    }

    @Test
    void executesAsManyBatchesAtOnceAsItMay() throws Exception {
        try (BatchQueue queue = BatchQueue.of(gate, new BatchQueue.Limits(5, 20))) {
            List<BatchHandle> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                handles.add(queue.submit(batch(i * 0x1000L), Direction.READ, NOTHING));
            }
            gate.entered.acquire(5);
            gate.mayLeave.release(20);
            for (BatchHandle handle : handles) {
                handle.await();
                expectRead(handle);
            }
        }
        assertThat(gate.most).hasValue(5);
        assertThat(gate.threads).allMatch(thread -> thread.isDaemon() && !thread.isVirtual());
        assertThat(gate.threads.stream().distinct()).hasSize(5);
    }

    @Test
    void boundsWhatIsInFlight() throws Exception {
        try (BatchQueue queue = BatchQueue.of(gate, new BatchQueue.Limits(1, 2))) {
            queue.submit(batch(0), Direction.READ, NOTHING);
            BatchHandle second = queue.submit(batch(0), Direction.READ, NOTHING);
            assertThat(queue.trySubmit(batch(0), Direction.READ, NOTHING)).isEmpty();
            CountDownLatch submitting = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<BatchHandle> third = threads.submit(() -> {
                    submitting.countDown();
                    return queue.submit(batch(0x2000), Direction.READ, NOTHING);
                });
                submitting.await();
                assertThat(second.cancel()).isEqualTo(BatchHandle.Cancellation.CANCELLED);
                BatchHandle submitted = third.get();
                gate.mayLeave.release(2);
                submitted.await();
                expectRead(submitted);
            }
        }
        assertThat(gate.most).hasValue(1);
    }

    @Test
    void cancelsWhatWaitsAndLetsWhatRunsGoOn() throws Exception {
        try (BatchQueue queue = BatchQueue.of(gate, new BatchQueue.Limits(1, 2))) {
            BatchHandle running = queue.submit(batch(0x1000), Direction.READ, NOTHING);
            gate.entered.acquire();
            AtomicReference<BatchHandle> told = new AtomicReference<>();
            BatchHandle waiting = queue.submit(batch(0x2000), Direction.READ, told::set);
            assertThat(running.state()).isEqualTo(BatchHandle.State.RUNNING);
            assertThat(waiting.state()).isEqualTo(BatchHandle.State.WAITING);
            assertThat(running.cancel()).isEqualTo(BatchHandle.Cancellation.RUNNING);
            assertThat(waiting.cancel()).isEqualTo(BatchHandle.Cancellation.CANCELLED);
            assertThat(waiting.cancel()).isEqualTo(BatchHandle.Cancellation.ENDED);
            assertThat(told).hasValue(waiting);
            expectCancelled(waiting);
            assertThat(waiting.batch().buffer(0).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            gate.mayLeave.release();
            running.await();
            expectRead(running);
            assertThat(running.cancel()).isEqualTo(BatchHandle.Cancellation.ENDED);
        }
        assertThat(gate.threads).hasSize(1);
    }

    @Test
    void endsEveryBatchWhenItIsClosed() throws Exception {
        BatchQueue queue = BatchQueue.of(gate, new BatchQueue.Limits(2, 10));
        AtomicInteger told = new AtomicInteger();
        List<BatchHandle> handles = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            handles.add(queue.submit(batch(0), Direction.READ, handle -> told.incrementAndGet()));
        }
        gate.entered.acquire(2);
        Thread closer = Thread.startVirtualThread(queue::close);
        for (BatchHandle handle : handles.subList(2, 10)) {
            handle.await();
            expectCancelled(handle);
        }
        assertThat(handles.get(0).state()).isEqualTo(BatchHandle.State.RUNNING);
        gate.mayLeave.release(2);
        closer.join();
        expectRead(handles.get(0));
        expectRead(handles.get(1));
        assertThat(told).hasValue(10);
        queue.close();
        expectCancelled(queue.submit(batch(0), Direction.READ, NOTHING));
        expectCancelled(queue.trySubmit(batch(0), Direction.READ, NOTHING).orElseThrow());
    }

    @Test
    void wakesSubmittersWhenItIsClosed() throws Exception {
        BatchQueue queue = BatchQueue.of(gate, new BatchQueue.Limits(1, 1));
        queue.submit(batch(0), Direction.READ, NOTHING);
        gate.entered.acquire();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<BatchHandle> late = threads.submit(() -> queue.submit(batch(0), Direction.READ, NOTHING));
            Future<?> closing = threads.submit(queue::close);
            expectCancelled(late.get());
            gate.mayLeave.release();
            closing.get();
        }
    }

    @Test
    void letsACompletionSubmitInPlaceOfWhatEnded() throws Exception {
        gate.mayLeave.release(Integer.MAX_VALUE);
        CountDownLatch done = new CountDownLatch(1);
        List<Long> followed = new ArrayList<>();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        try (BatchQueue queue = BatchQueue.of(gate, new BatchQueue.Limits(1, 1))) {
            queue.submit(batch(0), Direction.READ, new BatchCompletion() {
                @Override
                public void ended(BatchHandle handle) {
                    long address = handle.batch().address(0);
                    followed.add(address);
                    if (address == 0x3000) {
                        done.countDown();
                        return;
                    }
                    try {
                        queue.submit(batch(address + 0x1000), Direction.READ, this);
                        queue.submit(batch(0), Direction.READ, NOTHING);
                    } catch (IllegalStateException | InterruptedException expected) {
                        refused.set(expected);
                    }
                }
            });
            done.await();
        }
        assertThat(followed).containsExactly(0L, 0x1000L, 0x2000L, 0x3000L);
        assertThat(refused.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("trySubmit");
    }

    @Test
    void endsABatchWhoseSourceThrows() throws Exception {
        RuntimeException thrown = new IllegalStateException("gone");
        MemoryView broken = new WrapperView(memory) {
            @Override
            public void read(MemoryBatch batch) {
                throw thrown;
            }
        };
        try (BatchQueue queue = BatchQueue.of(broken, new BatchQueue.Limits(1, 1))) {
            BatchHandle handle = queue.submit(batch(0), Direction.READ, NOTHING);
            handle.await();
            assertThat(handle.failure()).contains(thrown);
            assertThat(handle.batch().status(0)).isEqualTo(RequestStatus.FAILED);
            assertThat(handle.batch().faultCause(0)).isEqualTo(Fault.INPUT_OUTPUT);
        }
    }

    @Test
    void writes() throws Exception {
        try (BatchQueue queue = BatchQueue.of(memory, new BatchQueue.Limits(1, 1))) {
            MemoryBatch batch = new MemoryBatch();
            batch.add(0x100, MemorySegment.ofArray(new byte[] {1, 2, 3, 4}));
            queue.submit(batch, Direction.WRITE, NOTHING).await();
            assertThat(memory.readInt(0x100)).isEqualTo(0x04030201);
        }
    }

    @Test
    void takesTheSourcesOwnQueueOnlyForThatVeryView() {
        BatchQueue own = new ThreadedBatchQueue(memory, new BatchQueue.Limits(1, 1));
        MemoryView source = new WrapperView(memory) {
            @Override
            public <C> Optional<C> capability(Class<C> type) {
                MemoryView self = this;
                QueuedAccess access = new QueuedAccess() {
                    @Override
                    public MemoryView view() {
                        return self;
                    }

                    @Override
                    public BatchQueue open(BatchQueue.Limits limits) {
                        return own;
                    }
                };
                return type == QueuedAccess.class ? Optional.of(type.cast(access)) : super.capability(type);
            }

            @Override
            public void read(MemoryBatch batch) {
                throw new AssertionError("not called");
            }
        };
        MemoryView moved = new WrapperView(source) {
            @Override
            public void read(MemoryBatch batch) {
                throw new AssertionError("not called");
            }
        };
        assertThat(BatchQueue.of(source, new BatchQueue.Limits(1, 1))).isSameAs(own);
        try (BatchQueue queue = BatchQueue.of(moved, new BatchQueue.Limits(1, 1))) {
            assertThat(queue).isNotSameAs(own);
        }
        own.close();
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new BatchQueue.Limits(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BatchQueue.Limits(3, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    private static MemoryBatch batch(long address) {
        MemoryBatch batch = new MemoryBatch();
        batch.add(address, MemorySegment.ofArray(new byte[16]));
        batch.add(address + 0x800, MemorySegment.ofArray(new byte[8]));
        return batch;
    }

    private static void expectRead(BatchHandle handle) {
        assertThat(handle.state()).isEqualTo(BatchHandle.State.ENDED);
        MemoryBatch batch = handle.batch();
        assertThat(batch.allWhole()).isTrue();
        for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.buffer(i).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(Pattern.bytes(batch.address(i), (int) batch.length(i)));
        }
    }

    private static void expectCancelled(BatchHandle handle) {
        assertThat(handle.state()).isEqualTo(BatchHandle.State.ENDED);
        MemoryBatch batch = handle.batch();
        for (int i = 0; i < batch.size(); i++) {
            assertThat(batch.status(i)).isEqualTo(RequestStatus.FAILED);
            assertThat(batch.faultCause(i)).isEqualTo(Fault.CANCELLED);
        }
    }
}
