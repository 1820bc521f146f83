package io.memflow.core.view;

import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import java.util.Arrays;

/**
 * The requests that a view makes of its source in the name of its own: which piece belongs to which request, so that
 * faults can be reported where they belong. Confined; kept by its view for the next call.
 */
final class Pieces {
    private final MemoryBatch batch = new MemoryBatch();
    private int[] owners = new int[16];
    private long[] ownerOffsets = new long[16];

    /** Starts a list of pieces for a batch. */
    void start(MemoryBatch outer) {
        batch.clear();
        batch.upper(outer.upper());
    }

    /**
     * Adds a piece of a request.
     *
     * @param offset first byte of the piece, counted from the start of the request
     * @param target where the piece lies in the source
     */
    void add(MemoryBatch outer, int request, long offset, long length, long target) {
        int piece = batch.size();
        if (piece == owners.length) {
            owners = Arrays.copyOf(owners, piece * 2);
            ownerOffsets = Arrays.copyOf(ownerOffsets, piece * 2);
        }
        owners[piece] = request;
        ownerOffsets[piece] = offset;
        batch.add(target, outer.buffer(request), outer.bufferOffset(request) + offset, length, outer.pageType(request));
    }

    /** Has the source read the pieces. A source with latency is not bothered for nothing. */
    void read(MemoryView source) {
        if (batch.size() != 0) {
            source.read(batch);
        }
    }

    /** Has the source write the pieces. */
    void write(MemoryView source) {
        if (batch.size() != 0) {
            source.write(batch);
        }
    }

    /** Reports the faults of the pieces to the requests they belong to, and ends every request. */
    void finish(MemoryBatch outer) {
        for (int i = 0; i < batch.faultCount(); i++) {
            int piece = batch.faultRequest(i);
            outer.fault(
                    owners[piece],
                    ownerOffsets[piece] + batch.faultOffset(i),
                    batch.faultLength(i),
                    batch.faultCause(i));
        }
        for (int request = 0; request < outer.size(); request++) {
            outer.finish(request);
        }
    }

    /** Forgets the callers' buffers. */
    void clear() {
        batch.clear();
    }
}
