package io.memflow.core.cache;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.reuse.Spares;
import io.memflow.core.view.WrapperView;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A view of another with {@link Moments}; between them every access goes to the source. A write ends what the writing thread's
 * moment knows. Thread-safe.
 */
final class MomentView extends WrapperView {
    /** Stands for the time between moments. */
    private final Moment none;

    private final ScopedValue<Moment> current = ScopedValue.newInstance();
    private final Spares<Moment> spares;
    /** Addresses of the blocks that the last moment of a kind of work read, ascending. */
    private final Map<String, long[]> expected = new ConcurrentHashMap<>();

    private final Control control = new Control();

    MomentView(MemoryView source) {
        super(source);
        none = new Moment(source);
        spares = new Spares<>(() -> new Moment(source));
    }

    private Moment now() {
        return current.orElse(none);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == Moments.class || type == MomentPlaces.class
                ? Optional.of(type.cast(control))
                : super.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        Moment moment = now();
        if (moment == none || batch.upper() != 0) {
            source.read(batch);
        } else {
            moment.read(batch);
        }
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        return now() == none ? source.tryRead(address, buffer) : super.tryRead(address, buffer);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        Moment moment = now();
        if (moment == none) {
            return source.readUnsigned(address, bytes);
        }
        long at = moment.place(address, bytes);
        return at < 0
                ? super.readUnsigned(address, bytes)
                : moment.value(at, bytes, properties().byteOrder());
    }

    @Override
    public void write(MemoryBatch batch) {
        try {
            source.write(batch);
        } finally {
            Moment moment = now();
            if (moment != none) {
                moment.clear();
            }
        }
    }

    private final class Control implements Moments, MomentPlaces {
        @Override
        public <T> T during(String work, Supplier<T> reads) {
            if (now() != none) {
                return reads.get();
            }
            Moment moment = spares.take();
            long[] before = expected.get(work);
            if (before != null) {
                moment.fetch(before);
            }
            T result = ScopedValue.where(current, moment).call(reads::get);
            expected.put(work, moment.readBlocks());
            moment.clear();
            // After an exception the moment is not used again.
            spares.give(moment);
            return result;
        }

        @Override
        public <T> T outside(Supplier<T> reads) {
            return now() == none
                    ? reads.get()
                    : ScopedValue.where(current, none).call(reads::get);
        }

        @Override
        public @Nullable MomentBlocks ofThread() {
            Moment moment = now();
            return moment == none ? null : moment;
        }

        @Override
        public void renew() {
            Moment moment = now();
            if (moment != none) {
                long[] again = moment.readBlocks();
                moment.clear();
                moment.fetch(again);
            }
        }
    }
}
