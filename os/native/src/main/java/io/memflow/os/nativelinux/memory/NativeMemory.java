package io.memflow.os.nativelinux.memory;

import io.memflow.core.address.Address;
import io.memflow.core.async.Direction;
import io.memflow.core.memory.AddressKind;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.ProcessIdentity;
import io.memflow.os.nativelinux.proc.Roots;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The address space of a process of this machine, copied with process_vm_readv and process_vm_writev, up to 1024 pieces in
 * one system call; what those do not give through {@code /proc/PID/mem}. Addresses are virtual.
 *
 * <p>Thread-safe. Whether the process is still the same one is looked at before a batch, at most ten times a second: the
 * kernel gives ids out in turn, so that one comes back only after all others were used.
 */
public final class NativeMemory implements MemoryView {
    /** Scratch buffers kept for the next batches; more threads than that make their own. */
    private static final int KEPT_TRANSFERS = 8;

    private static final long IDENTITY_CHECK_NANOS = 100_000_000;

    private final ProcessIdentity process;
    private final Roots roots;
    private final Writes writes;
    private final ViewProperties properties;
    private final ArrayBlockingQueue<NativeTransfer> spare = new ArrayBlockingQueue<>(KEPT_TRANSFERS);
    private final AtomicLong nextCheck = new AtomicLong(System.nanoTime());
    private volatile boolean gone;

    /**
     * @param pointerBytes 4 or 8, as the process has them
     */
    public NativeMemory(ProcessIdentity process, Roots roots, Writes writes, int pointerBytes) {
        this.process = process;
        this.roots = roots;
        this.writes = writes;
        properties = new ViewProperties(
                AddressKind.VIRTUAL,
                ByteOrder.nativeOrder(),
                pointerBytes,
                Long.SIZE,
                writes == Writes.NONE ? ViewProperties.Access.READ_ONLY : ViewProperties.Access.READ_WRITE);
    }

    @Override
    public ViewProperties properties() {
        return properties;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        run(batch, Direction.READ);
    }

    @Override
    public void write(MemoryBatch batch) {
        if (writes == Writes.NONE) {
            batch.restart();
            failAll(batch, Fault.READ_ONLY);
        } else {
            run(batch, Direction.WRITE);
        }
    }

    private void run(MemoryBatch batch, Direction direction) {
        batch.restart();
        if (!isTheSameProcess()) {
            failAll(batch, Fault.INPUT_OUTPUT);
            return;
        }
        if (batch.upper() != 0) {
            failAll(batch, Fault.NOT_CANONICAL);
            return;
        }
        NativeTransfer kept = spare.poll();
        NativeTransfer transfer = kept == null ? new NativeTransfer((int) process.pid(), roots, writes) : kept;
        transfer.begin(batch, direction);
        for (int request = 0; request < batch.size(); request++) {
            if (Address.overflows(batch.address(request), batch.length(request))) {
                batch.fault(request, 0, batch.length(request), Fault.ADDRESS_OVERFLOW);
            } else {
                transfer.add(request, 0, batch.address(request), batch.length(request));
            }
        }
        transfer.end();
        finish(batch);
        // Not in a finally block: a transfer that an exception interrupted still holds half a batch.
        spare.offer(transfer);
    }

    private static void finish(MemoryBatch batch) {
        if (batch.faultCount() == 0) {
            batch.finishWhole();
            return;
        }
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
    }

    private static void failAll(MemoryBatch batch, Fault fault) {
        for (int request = 0; request < batch.size(); request++) {
            batch.fail(request, fault);
        }
    }

    private boolean isTheSameProcess() {
        long now = System.nanoTime();
        long due = nextCheck.get();
        if (now - due >= 0 && nextCheck.compareAndSet(due, now + IDENTITY_CHECK_NANOS)) {
            gone |= !process.isRunning();
        }
        return !gone;
    }
}
