package io.memflow.core.view;

import io.memflow.core.address.Address;
import io.memflow.core.memory.AddressBound;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A view of another that starts elsewhere: its address 0 is an address of the source. A request that runs past the end of
 * the source's 64-bit space fails with {@link Fault#ADDRESS_OVERFLOW}; nothing wraps.
 *
 * <p>Keeps every capability of the source; a {@link DirectMap} has its ranges moved. Thread-safe for reads.
 */
public final class OffsetView extends WrapperView {
    private final long start;
    private final @Nullable DirectMap direct;
    /** One set of scratch arrays kept for the next call; a second thread makes its own. */
    private final AtomicReference<@Nullable Pieces> spare = new AtomicReference<>();

    /**
     * A view of the part of a space from an address on.
     *
     * @param start address in the source that is address 0 here
     */
    public OffsetView(MemoryView source, long start) {
        super(source);
        this.start = start;
        direct =
                source.capability(DirectMap.class).map(map -> moved(map, start)).orElse(null);
    }

    /** Address in the source that is address 0 here. */
    public long start() {
        return start;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        if (type == DirectMap.class) {
            return Optional.ofNullable(type.cast(direct));
        }
        return AddressBound.class.isAssignableFrom(type) ? Optional.empty() : source.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        Pieces pieces = move(batch);
        try {
            pieces.read(source);
            pieces.finish(batch);
        } finally {
            giveBack(pieces);
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        Pieces pieces = move(batch);
        try {
            pieces.write(source);
            pieces.finish(batch);
        } finally {
            giveBack(pieces);
        }
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        return overflows(address, buffer.byteSize()) ? Fault.ADDRESS_OVERFLOW : source.tryRead(start + address, buffer);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        if (!overflows(address, bytes)) {
            try {
                return source.readUnsigned(start + address, bytes);
            } catch (MemoryAccessException inTermsOfTheSource) {
                // The general path names the address that was asked for.
                return super.readUnsigned(address, bytes);
            }
        }
        return super.readUnsigned(address, bytes);
    }

    private boolean overflows(long address, long length) {
        return length != 0 && (Address.below(start + address, start) || Address.overflows(start + address, length));
    }

    private Pieces move(MemoryBatch batch) {
        batch.restart();
        Pieces taken = spare.getAndSet(null);
        Pieces pieces = taken == null ? new Pieces() : taken;
        pieces.start(batch);
        for (int request = 0; request < batch.size(); request++) {
            long address = batch.address(request);
            long length = batch.length(request);
            if (overflows(address, length)) {
                batch.fault(request, 0, length, Fault.ADDRESS_OVERFLOW);
            } else {
                pieces.add(batch, request, 0, length, start + address);
            }
        }
        return pieces;
    }

    private void giveBack(Pieces pieces) {
        pieces.clear();
        spare.set(pieces);
    }

    private static DirectMap moved(DirectMap source, long start) {
        DirectMap.Builder builder = DirectMap.builder();
        for (int i = 0; i < source.rangeCount(); i++) {
            long first = Address.max(start, source.start(i));
            if (Address.below(first, source.end(i))) {
                builder.add(first - start, source.segment(i), source.offset(i, first), source.end(i) - first);
            }
        }
        return builder.build();
    }
}
