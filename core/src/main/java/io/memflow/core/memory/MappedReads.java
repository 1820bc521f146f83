package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;

/**
 * Reads batches from mapped memory: at the speed of memory while every page is there, and page by page once one was not.
 * Immutable; the batches belong to one thread each.
 */
final class MappedReads {
    private final DirectMap direct;
    private final RangeTable ranges;
    /** Made once, so that a batch allocates nothing. */
    private final RangeTable.RunConsumer copyPages = this::copyPages;

    MappedReads(DirectMap direct) {
        this.direct = direct;
        ranges = direct.ranges();
    }

    void read(MemoryBatch batch) {
        try {
            if (!readWords(batch)) {
                readRuns(batch);
            }
        } catch (InternalError pageNotThere) {
            readPages(batch);
        }
    }

    /**
     * Reads a batch of nothing but words of 8 bytes in one range; false when it is another. All loads come before the
     * stores: the processor waits for many at once, and of a page that is not there nothing is stored.
     */
    private boolean readWords(MemoryBatch batch) {
        int size = batch.size();
        if (size == 0 || batch.upper() != 0 || !batch.isOnly(Long.BYTES)) {
            return false;
        }
        int range = ranges.find(batch.address(0));
        if (range < 0) {
            return false;
        }
        MemorySegment source = direct.segment(range);
        long[] words = batch.words();
        for (int request = 0; request < size; request++) {
            long address = batch.address(request);
            if (!ranges.holds(range, address, Long.BYTES)) {
                return false;
            }
            words[request] = source.get(ScalarLayout.LONG_LITTLE, ranges.target(range, address));
        }
        MappedFaults.raise();
        for (int request = 0; request < size; request++) {
            batch.buffer(request).set(ScalarLayout.LONG_LITTLE, batch.bufferOffset(request), words[request]);
        }
        batch.finishWhole();
        return true;
    }

    private void readRuns(MemoryBatch batch) {
        batch.restart();
        int size = batch.size();
        boolean wide = batch.upper() != 0;
        int range = size == 0 ? -1 : ranges.find(batch.address(0));
        for (int first = 0; first < size; first += LookAhead.REQUESTS) {
            int end = Math.min(size, first + LookAhead.REQUESTS);
            lookAhead(batch, first, end, range);
            for (int request = first; request < end; request++) {
                long address = batch.address(request);
                long length = batch.length(request);
                if (range < 0 || !ranges.holds(range, address, length)) {
                    range = ranges.find(address);
                }
                // Nearly all requests lie in the range of the one before; the others are split where ranges end.
                if (!wide && range >= 0 && ranges.holds(range, address, length)) {
                    copyRun(batch, request, 0, length, range);
                } else {
                    ranges.split(batch, request, copyPages);
                }
                batch.finish(request);
            }
        }
        MappedFaults.raise();
    }

    private void lookAhead(MemoryBatch batch, int first, int end, int range) {
        long sum = 0;
        for (int request = first; request < end; request++) {
            sum += batch.bufferOffset(request) & 1;
        }
        MappedFaults.raise(sum + LookAhead.load(direct, range, batch.addresses(), batch.lengths(), first, end));
    }

    private void copyRun(MemoryBatch batch, int request, long offset, long length, int range) {
        MemorySegment.copy(
                direct.segment(range),
                ranges.target(range, batch.address(request) + offset),
                batch.buffer(request),
                batch.bufferOffset(request) + offset,
                length);
    }

    private void readPages(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            ranges.split(batch, request, copyPages);
            batch.finish(request);
        }
    }

    private void copyPages(MemoryBatch batch, int request, long offset, long length, int range) {
        long source = ranges.target(range, batch.address(request) + offset);
        long done = 0;
        while (done < length) {
            long inPage = MappedFaults.PAGE_BYTES - ((source + done) & (MappedFaults.PAGE_BYTES - 1));
            long piece = Math.min(length - done, inPage);
            try {
                MappedFaults.raise(MappedFaults.ends(direct.segment(range), source + done, piece));
                copyRun(batch, request, offset + done, piece, range);
                MappedFaults.raise();
            } catch (InternalError pageNotThere) {
                batch.fault(request, offset + done, piece, Fault.INPUT_OUTPUT);
            }
            done += piece;
        }
    }
}
