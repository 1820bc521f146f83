package io.memflow.core.translate;

import io.memflow.core.memory.MappedFaults;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;

/**
 * The usual case of small reads in an address space whose tables and pages are mapped: bytes of one page in the largest
 * range, found without a list. For everything else it says that the general way has to look. Tables are walked at each
 * access. Immutable; an access may throw {@link InternalError}, see {@link MappedFaults}.
 */
final class InPlaceReads {
    /** Requests that are looked at one by one: with more, translating them as a list pays. */
    private static final int FEW = 4;

    /** The largest range's bytes. */
    final MemorySegment segment;

    private final StraightWalk walk;
    private final long root;

    InPlaceReads(StraightWalk walk, long root) {
        this.walk = walk;
        this.root = root;
        segment = walk.segment;
    }

    /** The offset in the segment of bytes at a virtual address, or {@link StraightWalk#UNUSUAL}. */
    long offset(long virtual, long bytes) {
        return walk.offset(root, virtual, bytes);
    }

    /** Reads all requests of a batch; false when one does not lie in one page, and the batch has to be read anew. */
    boolean read(MemoryBatch batch) {
        if (batch.size() > FEW || batch.upper() != 0) {
            return false;
        }
        boolean oneWord = batch.size() == 1 && batch.length(0) == Long.BYTES;
        boolean isRead = oneWord ? readWord(batch) : copy(batch);
        if (isRead) {
            batch.finishWhole();
        } else {
            // What made a request unusual may be an entry from a page that is not there.
            MappedFaults.raise();
        }
        return isRead;
    }

    /** By one load and one store. */
    private boolean readWord(MemoryBatch batch) {
        long at = offset(batch.address(0), Long.BYTES);
        if (at == StraightWalk.UNUSUAL) {
            return false;
        }
        long word = segment.get(ScalarLayout.LONG_LITTLE, at);
        MappedFaults.raise(word);
        batch.buffer(0).set(ScalarLayout.LONG_LITTLE, batch.bufferOffset(0), word);
        return true;
    }

    private boolean copy(MemoryBatch batch) {
        int size = batch.size();
        for (int request = 0; request < size; request++) {
            long length = batch.length(request);
            long at = offset(batch.address(request), length);
            if (at == StraightWalk.UNUSUAL) {
                return false;
            }
            MappedFaults.raise(MappedFaults.ends(segment, at, length));
            MemorySegment.copy(segment, at, batch.buffer(request), batch.bufferOffset(request), length);
        }
        MappedFaults.raise();
        return true;
    }
}
