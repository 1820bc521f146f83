package io.memflow.core.cache;

import io.memflow.core.address.Address;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.reuse.Spares;
import io.memflow.core.view.WrapperView;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A view of another that keeps pages it has read. A batch with misses is one batched read of the source, in which each
 * missing page is fetched whole and once; a second read follows only where a page turns out not to be readable as a
 * whole, so that the faults are those of the source, byte for byte. Such pages, requests larger than half of the cache,
 * and addresses above 64 bits are not cached.
 *
 * <p>{@link PageCache} is a capability. Writes go through to the source and remove what is cached of the bytes, whatever
 * page type they name; a read that begins after a write has ended sees it. Writes that pass this view by, and those of
 * the same bytes at another address of the view, are seen when the {@link Validity} ends or a caller invalidates.
 *
 * <p>Where the source has a {@link DirectMap} nothing is cached, because reading it is as fast: all capabilities stay and
 * the statistics say {@link CacheStatistics.Mode#BYPASSED}.
 *
 * <p>Thread-safe; shared by all threads; a read that hits takes no lock. All room for pages is allocated at the start,
 * and a call allocates nothing once as many calls as run at a time have been made. Where a page is replaced while it is
 * being copied out and can then not be read again, the bytes of that fault may have been overwritten.
 */
public final class CachedView extends WrapperView {
    private final CacheOptions options;
    private final CacheCounters counters = new CacheCounters();
    /** Null when the source is mapped. */
    private final @Nullable PageStore store;

    private final Spares<PageTransfer> spares;
    private final PageCache control = new Control();

    public CachedView(MemoryView source, CacheOptions options) {
        this(source, options, System::nanoTime);
    }

    /** A view that takes the time from a clock of the caller's. */
    CachedView(MemoryView source, CacheOptions options, LongSupplier nanoTime) {
        super(source);
        this.options = options;
        ValidityClock clock = ValidityClock.of(options.validity(), nanoTime);
        boolean mapped = source.capability(DirectMap.class).isPresent();
        PageStore pages = mapped ? null : new PageStore(options, clock, counters);
        store = pages;
        spares = new Spares<>(() -> new PageTransfer(source, required(pages), options, clock, counters));
    }

    private static PageStore required(@Nullable PageStore pages) {
        if (pages == null) {
            throw new AssertionError("mapped memory is read without a transfer");
        }
        return pages;
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        return type == PageCache.class ? Optional.of(type.cast(control)) : source.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        if (store == null) {
            source.read(batch);
            return;
        }
        PageTransfer transfer = spares.take();
        transfer.read(batch);
        // After an exception the transfer is not used again.
        spares.give(transfer);
    }

    @Override
    public Fault tryRead(long address, MemorySegment buffer) {
        if (store == null) {
            return source.tryRead(address, buffer);
        }
        PageTransfer transfer = spares.take();
        Fault fault = transfer.tryRead(address, buffer);
        spares.give(transfer);
        return fault;
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        if (store == null) {
            return source.readUnsigned(address, bytes);
        }
        PageTransfer transfer = spares.take();
        Fault fault = transfer.tryScalar(address, bytes);
        long value =
                fault == Fault.NONE ? transfer.lastScalar(bytes, properties().byteOrder()) : 0;
        spares.give(transfer);
        if (fault != Fault.NONE) {
            return super.readUnsigned(address, bytes);
        }
        return value;
    }

    @Override
    public void write(MemoryBatch batch) {
        PageStore pages = store;
        if (pages == null || batch.upper() != 0) {
            source.write(batch);
            return;
        }
        for (int request = 0; request < batch.size(); request++) {
            touch(pages, batch, request, Touch.BEGIN);
        }
        try {
            source.write(batch);
        } finally {
            for (int request = 0; request < batch.size(); request++) {
                touch(pages, batch, request, Touch.END);
            }
        }
    }

    private enum Touch {
        BEGIN,
        END
    }

    private static void touch(PageStore pages, MemoryBatch batch, int request, Touch touch) {
        long address = batch.address(request);
        long length = batch.length(request);
        if (length == 0 || Address.overflows(address, length)) {
            return;
        }
        long last = pages.pageOf(address + length - 1);
        for (long page = pages.pageOf(address); ; page += pages.pageBytes) {
            switch (touch) {
                case BEGIN -> pages.beginWrite(page);
                case END -> pages.endWrite(page);
            }
            if (page == last) {
                return;
            }
        }
    }

    private final class Control implements PageCache {
        @Override
        public CacheOptions options() {
            return options;
        }

        @Override
        public CacheStatistics statistics() {
            return counters.statistics(store == null ? CacheStatistics.Mode.BYPASSED : CacheStatistics.Mode.CACHING);
        }

        @Override
        public void invalidate(long start, long length) {
            PageStore pages = store;
            if (Address.overflows(start, length)) {
                throw new IllegalArgumentException("%s bytes at %s run past the end of the address space"
                        .formatted(Long.toUnsignedString(length), Address.format(start)));
            }
            if (pages != null && length != 0) {
                pages.dropRange(pages.pageOf(start), pages.pageOf(start + length - 1));
            }
        }

        @Override
        public void invalidateAll() {
            PageStore pages = store;
            if (pages != null) {
                pages.dropRange(0, pages.pageOf(-1));
            }
        }
    }
}
