package io.memflow.core.translate;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The usual case of small reads in an address space whose tables and pages are mapped: bytes of one page in the largest
 * range, found without a list. For everything else it says that the general way has to look.
 *
 * <p>In memory that changes it walks the tables at each access. Where the {@link DirectMap} says that its bytes are still,
 * pages are remembered once a space is read often. Thread-safe; an access throws {@link InternalError} where the JVM met a
 * SIGBUS, because a mapped file became shorter.
 */
final class InPlaceReads implements RecentFrames.Holder {
    /** No offset in a segment. */
    static final long UNUSUAL = -1;

    /** Requests that are looked at one by one: with more, translating them as a list pays. */
    private static final int FEW = 4;
    /** Walks of a space before it gets a table: those that are read now and then never do. */
    private static final int WALKS_BEFORE_TABLE = 16384;

    /** The largest range's bytes. */
    final MemorySegment segment;

    private final StraightWalk walk;
    private final long root;
    /** Physical address of the segment's first byte. */
    private final long start;

    private final boolean isStill;
    private @Nullable RecentFrames frames;
    /** About how many; several threads may count one walk as one. */
    private int walks;

    InPlaceReads(StraightWalk walk, long root, DirectMap map) {
        this.walk = walk;
        this.root = root;
        segment = walk.segment;
        start = walk.start;
        isStill = map.contents() == DirectMap.Contents.STILL;
    }

    @Override
    public void hold(@Nullable RecentFrames given) {
        frames = given;
    }

    /** The offset in the segment of bytes at a virtual address, or {@link #UNUSUAL}. */
    long offset(long virtual, long bytes) {
        RecentFrames known = frames;
        if (known != null) {
            long at = known.offset(virtual, bytes);
            if (at != RecentFrames.UNKNOWN) {
                return at;
            }
        }
        return walked(virtual, bytes);
    }

    private long walked(long virtual, long bytes) {
        long offset = walk.offset(root, virtual, bytes);
        if (isStill && offset != StraightWalk.UNUSUAL) {
            note(virtual, offset);
        }
        return offset;
    }

    /** Takes note of where an address lies that was found in the general way, such as in a large page. */
    void found(long virtual, long physical) {
        if (isStill) {
            note(virtual, physical - start);
        }
    }

    private void note(long virtual, long offset) {
        RecentFrames known = frames;
        if (known != null) {
            known.put(virtual, offset);
        } else if (++walks > WALKS_BEFORE_TABLE) {
            walks = 0;
            RecentFrames.lease(this, segment);
        }
    }

    /** Reads all requests of a batch; false when one does not lie in one page, and the batch has to be read anew. */
    boolean read(MemoryBatch batch) {
        int size = batch.size();
        if (size > FEW || batch.upper() != 0) {
            return false;
        }
        for (int request = 0; request < size; request++) {
            long length = batch.length(request);
            long at = offset(batch.address(request), length);
            if (at == UNUSUAL) {
                return false;
            }
            ScalarLayout.copy(segment, at, batch.buffer(request), batch.bufferOffset(request), length);
        }
        batch.finishWhole();
        return true;
    }
}
