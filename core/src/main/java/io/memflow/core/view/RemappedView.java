package io.memflow.core.view;

import io.memflow.core.address.Address;
import io.memflow.core.memory.AddressBound;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.RangeTable;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A view of another through a memory map: each range of addresses lies somewhere else in the source. Addresses in no
 * range fault with {@link Fault#OUTSIDE_PHYSICAL_MEMORY}.
 *
 * <p>Keeps every capability of the source; a {@link DirectMap} has its ranges rewritten. Thread-safe for reads.
 */
public final class RemappedView extends WrapperView {
    private final Remapping remapping;
    private final RangeTable table;
    private final @Nullable DirectMap direct;
    /** One set of scratch arrays kept for the next call; a second thread makes its own. */
    private final AtomicReference<@Nullable Split> spare = new AtomicReference<>();

    public RemappedView(MemoryView source, Remapping remapping) {
        super(source);
        this.remapping = remapping;
        table = remapping.table();
        direct = source.capability(DirectMap.class).map(remapping::through).orElse(null);
    }

    public Remapping remapping() {
        return remapping;
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
        Split split = split(batch);
        try {
            split.pieces.read(source);
            split.pieces.finish(batch);
        } finally {
            giveBack(split);
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        Split split = split(batch);
        try {
            split.pieces.write(source);
            split.pieces.finish(batch);
        } finally {
            giveBack(split);
        }
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        int range = rangeOfAll(address, buffer.byteSize());
        return range < 0 ? super.tryRead(address, buffer) : source.tryRead(table.target(range, address), buffer);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        int range = rangeOfAll(address, bytes);
        if (range >= 0) {
            try {
                return source.readUnsigned(table.target(range, address), bytes);
            } catch (MemoryAccessException inTermsOfTheSource) {
                // The general path names the address that was asked for.
                return super.readUnsigned(address, bytes);
            }
        }
        return super.readUnsigned(address, bytes);
    }

    /** The range that holds the whole run, or -1. */
    private int rangeOfAll(long address, long length) {
        int range = table.find(address);
        return range < 0 || Address.below(table.end(range) - address, length) ? -1 : range;
    }

    private Split split(MemoryBatch batch) {
        batch.restart();
        Split taken = spare.getAndSet(null);
        Split split = taken == null ? new Split(table) : taken;
        split.pieces.start(batch);
        for (int request = 0; request < batch.size(); request++) {
            table.split(batch, request, split);
        }
        return split;
    }

    private void giveBack(Split split) {
        split.pieces.clear();
        spare.set(split);
    }

    /** Takes each piece that lies in one range. */
    private static final class Split implements RangeTable.RunConsumer {
        private final RangeTable table;
        private final Pieces pieces = new Pieces();

        Split(RangeTable table) {
            this.table = table;
        }

        @Override
        public void run(MemoryBatch batch, int request, long offset, long length, int range) {
            pieces.add(batch, request, offset, length, table.target(range, batch.address(request) + offset));
        }
    }
}
