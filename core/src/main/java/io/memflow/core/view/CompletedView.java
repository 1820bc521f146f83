package io.memflow.core.view;

import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryAccessException;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageRun;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A virtual address space together with the pages that its tables do not map but that are in memory all the same. Every
 * request goes to the tables first; only what they call {@link Fault#NOT_PRESENT} is looked for, all of a batch at once,
 * and what is found of it is read as one physical batch, or restored from the form it is kept in. What is not found has
 * its own cause. No byte is made up.
 *
 * <p>Writes go through the tables alone: a page that is found elsewhere may belong to a file or to other processes. {@link
 * AbsentPages} is a capability of this view, and so is the space as its tables map it, by its own class. Thread-safe for reads.
 */
public final class CompletedView implements MemoryView {
    private final MemoryView mapped;
    private final PhysicalMemory physical;
    private final AbsentPages absent;

    /**
     * @param mapped the space as its tables map it
     * @param physical the memory that holds its pages
     * @param absent knows of the others
     */
    public CompletedView(MemoryView mapped, PhysicalMemory physical, AbsentPages absent) {
        this.mapped = mapped;
        this.physical = physical;
        this.absent = absent;
    }

    @Override
    public ViewProperties properties() {
        return mapped.properties();
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
        if (type == AbsentPages.class) {
            return Optional.of(type.cast(absent));
        }
        return type.isInstance(mapped) ? Optional.of(type.cast(mapped)) : mapped.capability(type);
    }

    @Override
    public void read(MemoryBatch batch) {
        mapped.read(batch);
        for (int i = 0; i < batch.faultCount(); i++) {
            if (batch.faultCause(i) == Fault.NOT_PRESENT) {
                complete(batch);
                return;
            }
        }
    }

    @Override
    public void write(MemoryBatch batch) {
        mapped.write(batch);
    }

    @Override
    public long readUnsigned(long address, int bytes) {
        try {
            return mapped.readUnsigned(address, bytes);
        } catch (MemoryAccessException perhapsElsewhere) {
            if (perhapsElsewhere.fault() != Fault.NOT_PRESENT) {
                throw perhapsElsewhere;
            }
            return MemoryView.super.readUnsigned(address, bytes);
        }
    }

    /** A run of bytes of one request that has not been read yet. */
    private record Piece(int request, long offset, long length, Fault cause) {}

    /** The batch is reported anew: what was read stays in its buffers, the rest is looked for. */
    private void complete(MemoryBatch batch) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < batch.faultCount(); i++) {
            pieces.add(
                    new Piece(batch.faultRequest(i), batch.faultOffset(i), batch.faultLength(i), batch.faultCause(i)));
        }
        batch.restart();
        AbsentPages.Search search = absent.open();
        MemoryBatch found = new MemoryBatch();
        List<Piece> places = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece.cause == Fault.NOT_PRESENT && batch.upper() == 0) {
                find(search, batch, piece, found, places);
            } else {
                batch.fault(piece.request, piece.offset, piece.length, piece.cause);
            }
        }
        physical.read(found);
        for (int i = 0; i < found.faultCount(); i++) {
            Piece place = places.get(found.faultRequest(i));
            batch.fault(place.request, place.offset + found.faultOffset(i), found.faultLength(i), found.faultCause(i));
        }
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
    }

    private static void find(
            AbsentPages.Search search, MemoryBatch batch, Piece piece, MemoryBatch found, List<Piece> places) {
        long done = 0;
        while (done < piece.length) {
            long offset = piece.offset + done;
            PageRun run = search.find(batch.address(piece.request) + offset, piece.length - done);
            long length = run.range().length();
            switch (run.content()) {
                case PageContent.InMemory page -> {
                    found.add(
                            page.physical(),
                            batch.buffer(piece.request),
                            batch.bufferOffset(piece.request) + offset,
                            length);
                    places.add(new Piece(piece.request, offset, length, Fault.NONE));
                }
                case PageContent.Packed _ -> {
                    long at = batch.bufferOffset(piece.request) + offset;
                    MemorySegment target = batch.buffer(piece.request).asSlice(at, length);
                    Fault fault = search.restore(batch.address(piece.request) + offset, target);
                    if (fault != Fault.NONE) {
                        batch.fault(piece.request, offset, length, fault);
                    }
                }
                case PageContent.Missing missing -> batch.fault(piece.request, offset, length, missing.cause());
            }
            done += length;
        }
    }
}
