package io.memflow.host.ram;

import io.memflow.core.address.Address;
import io.memflow.core.async.Direction;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DescribedMemory;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RangeTable;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.ProcessIdentity;
import io.memflow.host.process.Refusals;
import io.memflow.host.transfer.ProcessVm;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Physical memory that lies in another process and is copied from there with process_vm_readv, up to 1024 pieces in one
 * system call. A batch of single pages is as fast as one large request; single requests pay a system call each.
 *
 * <p>Thread-safe. Whether the process is still the same one is looked at before a batch, at most ten times a second.
 */
public final class ProcessMemory extends DescribedMemory {
    /** Scratch buffers kept for the next batches; more threads than that make their own. */
    private static final int KEPT_TRANSFERS = 8;

    private static final long IDENTITY_CHECK_NANOS = 100_000_000;

    private final ProcessIdentity process;
    /** A range's target is its address in the process. */
    private final RangeTable ranges;

    private final ArrayBlockingQueue<GuestTransfer> spare = new ArrayBlockingQueue<>(KEPT_TRANSFERS);
    private final AtomicLong nextCheck = new AtomicLong(System.nanoTime());
    private volatile boolean gone;
    private volatile boolean closed;

    private ProcessMemory(
            ProcessIdentity process,
            RangeTable ranges,
            ViewProperties.Access access,
            String description,
            List<String> defects) {
        super(ranges.memoryMap(), access, description, defects);
        this.process = process;
        this.ranges = ranges;
    }

    /**
     * Opens memory of a process and reads one byte of each piece, so that a refusal comes now.
     *
     * @param pieces in any order, without overlap, none of them empty or ending at 2^64
     * @param access whether the bytes can be written too
     * @throws MemflowException when this user may not read the process, or a piece is not mapped in it
     */
    public static ProcessMemory open(
            ProcessIdentity process,
            List<HostPiece> pieces,
            ViewProperties.Access access,
            String description,
            List<String> defects) {
        requireLinux();
        List<HostPiece> sorted = pieces.stream()
                .sorted(Comparator.comparing(HostPiece::physical, Long::compareUnsigned))
                .toList();
        RangeTable ranges = new RangeTable(sorted.stream()
                .map(piece -> new RangeTable.Entry(piece.physical(), piece.length(), piece.host()))
                .toList());
        ProcessMemory memory = new ProcessMemory(process, ranges, access, description, defects);
        for (HostPiece piece : sorted) {
            memory.probe(piece);
        }
        return memory;
    }

    private static void requireLinux() {
        if (!ProcessVm.isHere()) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_SUPPORTED,
                    "A running machine is read from its process on a 64-bit Linux host, and this is %s: use a dump of the machine instead."
                            .formatted(System.getProperty("os.name")));
        }
    }

    private void probe(HostPiece piece) {
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(piece.physical(), MemorySegment.ofArray(new byte[1]));
        read(batch);
        if (batch.faultCount() == 0) {
            return;
        }
        if (!process.isRunning()) {
            throw Refusals.ended(process.pid(), null);
        }
        if (batch.faultCause(0) == Fault.DENIED) {
            throw Refusals.denied(process.pid(), null);
        }
        throw new MemflowException(
                ErrorOrigin.CONNECTOR,
                ErrorKind.UNABLE_TO_READ_MEMORY,
                "Guest memory at %s was looked for at %s in process %d, but nothing readable is mapped there: connect again."
                        .formatted(Address.format(piece.physical()), Address.format(piece.host()), process.pid()));
    }

    @Override
    public int idealBatchSize() {
        return ProcessVm.IOV_MAX;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }

    @Override
    public void read(MemoryBatch batch) {
        transfer(batch, Direction.READ);
    }

    @Override
    public void write(MemoryBatch batch) {
        if (properties().access() == ViewProperties.Access.READ_ONLY) {
            super.write(batch);
        } else {
            transfer(batch, Direction.WRITE);
        }
    }

    private void transfer(MemoryBatch batch, Direction direction) {
        batch.restart();
        if (closed || !isTheSameProcess()) {
            for (int request = 0; request < batch.size(); request++) {
                batch.fail(request, Fault.INPUT_OUTPUT);
            }
            return;
        }
        GuestTransfer kept = spare.poll();
        GuestTransfer transfer = kept == null ? new GuestTransfer((int) process.pid(), ranges) : kept;
        transfer.begin(batch, direction);
        for (int request = 0; request < batch.size(); request++) {
            ranges.split(batch, request, transfer);
        }
        transfer.end();
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
        // Not in a finally block: a transfer that an exception interrupted still holds half a batch.
        spare.offer(transfer);
    }

    /** A process id can be given to another process once this one has ended; its bytes must not be taken for ours. */
    private boolean isTheSameProcess() {
        long now = System.nanoTime();
        long due = nextCheck.get();
        if (now - due >= 0 && nextCheck.compareAndSet(due, now + IDENTITY_CHECK_NANOS)) {
            gone |= !process.isRunning();
        }
        return !gone;
    }

    /** Ends access: later reads fail. */
    @Override
    public void close() {
        closed = true;
        spare.clear();
    }
}
