package io.memflow.core.view;

import io.memflow.core.address.Address;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A view of another in which bytes that cannot be read are zero, whatever the cause, up to a stated end. Faults from that
 * end on stay faults. It is the one view that makes bytes up, so it is never put in place by itself, and it counts what
 * it filled: {@link ZeroFills} is a capability.
 *
 * <p>Writes are the source's. Keeps every capability of the source; a direct map names only bytes that the source holds,
 * which are the same here. Thread-safe for reads.
 */
public final class ZeroFilledView extends WrapperView {
    private final long end;
    private final ZeroFills fills = new ZeroFills();
    /** One set of scratch arrays kept for the next call; a second thread makes its own. */
    private final AtomicReference<@Nullable Faults> spare = new AtomicReference<>();

    /**
     * A view whose holes are zero.
     *
     * @param end first address that is not filled
     */
    public ZeroFilledView(MemoryView source, long end) {
        super(source);
        this.end = end;
    }

    /** What was filled so far. */
    public ZeroFills fills() {
        return fills;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == ZeroFills.class ? Optional.of(type.cast(fills)) : source.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        source.read(batch);
        // The end is one of a space of 64 bits.
        if (batch.faultCount() == 0 || batch.upper() != 0) {
            return;
        }
        Faults taken = spare.getAndSet(null);
        Faults faults = taken == null ? new Faults() : taken;
        faults.take(batch);
        batch.restart();
        for (int i = 0; i < faults.count; i++) {
            fill(batch, faults.requests[i], faults.offsets[i], faults.lengths[i], faults.causes[i]);
        }
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
        spare.set(faults);
    }

    @Override
    public void write(MemoryBatch batch) {
        source.write(batch);
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        Fault fault = source.tryRead(address, buffer);
        return fault == Fault.NONE ? fault : super.tryRead(address, buffer);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        try {
            return source.readUnsigned(address, bytes);
        } catch (MemoryAccessException hole) {
            return super.readUnsigned(address, bytes);
        }
    }

    /** Fills the part of a faulted run that lies below the end and reports the rest. */
    private void fill(MemoryBatch batch, int request, long offset, long length, Fault cause) {
        long address = batch.address(request) + offset;
        boolean wraps = cause == Fault.ADDRESS_OVERFLOW;
        long below = wraps || !Address.below(address, end) ? 0 : Address.min(length, end - address);
        if (below != 0) {
            batch.buffer(request)
                    .asSlice(batch.bufferOffset(request) + offset, below)
                    .fill((byte) 0);
            fills.add(cause, below);
        }
        if (below != length) {
            batch.fault(request, offset + below, length - below, cause);
        }
    }

    /** A copy of a batch's faults. */
    private static final class Faults {
        int count;
        int[] requests = new int[0];
        long[] offsets = new long[0];
        long[] lengths = new long[0];
        Fault[] causes = new Fault[0];

        void take(MemoryBatch batch) {
            count = batch.faultCount();
            if (count > requests.length) {
                int capacity = Math.max(count, requests.length * 2);
                requests = Arrays.copyOf(requests, capacity);
                offsets = Arrays.copyOf(offsets, capacity);
                lengths = Arrays.copyOf(lengths, capacity);
                causes = Arrays.copyOf(causes, capacity);
            }
            for (int i = 0; i < count; i++) {
                requests[i] = batch.faultRequest(i);
                offsets[i] = batch.faultOffset(i);
                lengths[i] = batch.faultLength(i);
                causes[i] = batch.faultCause(i);
            }
        }
    }
}
