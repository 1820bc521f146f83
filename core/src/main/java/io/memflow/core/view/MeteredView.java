package io.memflow.core.view;

import io.memflow.core.memory.AddressBound;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A view of another that counts and times every access: {@link MemoryMetrics} is a capability. Of two such views on one
 * another the outer one answers.
 *
 * <p>Keeps every capability of the source but {@link DirectMap}, through which accesses would go uncounted. Thread-safe
 * for reads; counting takes no lock.
 */
public final class MeteredView extends WrapperView {
    private final AccessMeter reads;
    private final AccessMeter writes;
    private final MemoryMetrics metrics = new MemoryMetrics() {
        @Override
        public AccessFigures reads() {
            return reads.figures();
        }

        @Override
        public AccessFigures writes() {
            return writes.figures();
        }
    };

    public MeteredView(MemoryView source) {
        this(source, System::nanoTime);
    }

    /** A view that takes the time from a clock of the caller's. */
    MeteredView(MemoryView source, LongSupplier clock) {
        super(source);
        reads = new AccessMeter(clock);
        writes = new AccessMeter(clock);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        if (type == MemoryMetrics.class) {
            return Optional.of(type.cast(metrics));
        }
        return AddressBound.class.isAssignableFrom(type) ? Optional.empty() : source.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        long began = reads.now();
        source.read(batch);
        reads.add(batch, began);
    }

    @Override
    public void write(MemoryBatch batch) {
        long began = writes.now();
        source.write(batch);
        writes.add(batch, began);
    }
}
