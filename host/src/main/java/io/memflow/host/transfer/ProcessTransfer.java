package io.memflow.host.transfer;

import io.memflow.core.async.Direction;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Collects pieces of one batch and copies them from or to another process with as few system calls as possible: up to 1024
 * pieces in each, those that touch on both sides joined. Reused, so that a batch allocates nothing. Confined.
 *
 * <p>The kernel works on plain addresses and cannot know whether a buffer was freed meanwhile. So only buffers that no
 * other thread can free are used in place; all others, and arrays, through a bounce buffer.
 *
 * <p>A call holds on to the carrier of a virtual thread. There, a call is kept short, and others get their turn after it.
 */
public class ProcessTransfer {
    /** Above the largest batch of single pages that one call takes would only cost cache. */
    private static final int BOUNCE_BYTES = 1 << 20;
    /** Far below the 2 GiB at which the kernel cuts a call short (MAX_RW_COUNT of linux/fs.h). */
    private static final long MOST_BYTES = 64 << 20;

    /** What a virtual thread copies in one call: well below a millisecond. */
    private static final long MOST_BYTES_VIRTUAL = 1 << 20;

    /** The smallest page of all 64-bit architectures; where pages are larger, a page that is not there takes several calls. */
    private static final int PAGE = 4096;

    private static final int NOT_BOUNCED = -1;
    /** Stands for every other thread when asking whether a buffer belongs to this one alone. */
    private static final Thread ANY_OTHER = Thread.ofPlatform().unstarted(() -> {});

    private final int pid;
    private final MemorySegment state;
    private final MemorySegment local;
    private final MemorySegment remote;
    private final MemorySegment bounce;

    private final int[] requests = new int[ProcessVm.IOV_MAX];
    private final long[] requestOffsets = new long[ProcessVm.IOV_MAX];
    private final long[] remotes = new long[ProcessVm.IOV_MAX];
    private final long[] lengths = new long[ProcessVm.IOV_MAX];
    private final int[] bouncePositions = new int[ProcessVm.IOV_MAX];
    private int count;
    private int bounced;
    private long bytes;

    /** Held between batches, so that a kept transfer keeps no caller's buffers alive. */
    private static final MemoryBatch NONE = new MemoryBatch(0);

    private MemoryBatch batch = NONE;
    private Direction direction = Direction.READ;
    private boolean virtual;
    private long most = MOST_BYTES;
    private MemorySegment lastBuffer = MemorySegment.NULL;
    private boolean lastInPlace;
    private int localCount;
    private int remoteCount;

    /**
     * @param pid the process; that it is still the one that is meant, the caller makes sure
     */
    public ProcessTransfer(int pid) {
        this.pid = pid;
        // Freed with this object: it is dropped without notice when more threads read than are kept.
        Arena arena = Arena.ofAuto();
        state = arena.allocate(ProcessVm.CALL_STATE);
        local = arena.allocate((long) ProcessVm.IOV_MAX * ProcessVm.IOVEC_BYTES, Long.BYTES);
        remote = arena.allocate((long) ProcessVm.IOV_MAX * ProcessVm.IOVEC_BYTES, Long.BYTES);
        bounce = arena.allocate(BOUNCE_BYTES, PAGE);
    }

    /** Takes up a batch, whose requests the caller then gives piece by piece. */
    public void begin(MemoryBatch newBatch, Direction newDirection) {
        batch = newBatch;
        direction = newDirection;
        virtual = Thread.currentThread().isVirtual();
        most = virtual ? MOST_BYTES_VIRTUAL : MOST_BYTES;
        lastBuffer = MemorySegment.NULL;
        lastInPlace = false;
        reset();
    }

    /** Copies what is left and lets go of the batch. Its requests are the caller's to finish. */
    public void end() {
        flush();
        batch = NONE;
        lastBuffer = MemorySegment.NULL;
    }

    private void reset() {
        count = 0;
        bounced = 0;
        bytes = 0;
    }

    /**
     * Adds a piece of a request.
     *
     * @param requestOffset where in the request it starts
     * @param remote address in the other process
     */
    public final void add(int request, long requestOffset, long remote, long length) {
        MemorySegment buffer = batch.buffer(request);
        boolean inPlace = isUsedInPlace(buffer);
        long done = 0;
        while (done < length) {
            if (count == ProcessVm.IOV_MAX || bytes == most || (!inPlace && bounced == BOUNCE_BYTES)) {
                flush();
            }
            long room = inPlace ? most - bytes : Math.min(most - bytes, BOUNCE_BYTES - bounced);
            long run = Math.min(length - done, room);
            requests[count] = request;
            requestOffsets[count] = requestOffset + done;
            remotes[count] = remote + done;
            lengths[count] = run;
            bouncePositions[count] = inPlace ? NOT_BOUNCED : bounced;
            if (!inPlace && direction == Direction.WRITE) {
                MemorySegment.copy(buffer, batch.bufferOffset(request) + requestOffset + done, bounce, bounced, run);
            }
            bounced += inPlace ? 0 : (int) run;
            bytes += run;
            count++;
            done += run;
        }
    }

    /** Asked once for each run of requests with one buffer, as most lists have; what this thread alone can free stays as it is. */
    // An equal segment would do, but to compare them takes as long as to ask.
    @SuppressWarnings({"MemorySegmentReferenceEquality", "ReferenceEquality"})
    private boolean isUsedInPlace(MemorySegment buffer) {
        if (buffer != lastBuffer) {
            lastBuffer = buffer;
            lastInPlace = buffer.isNative()
                    && (direction == Direction.WRITE || !buffer.isReadOnly())
                    && buffer.isAccessibleBy(Thread.currentThread())
                    && !buffer.isAccessibleBy(ANY_OTHER)
                    && buffer.scope().isAlive();
        }
        return lastInPlace;
    }

    /**
     * What is done about bytes that the kernel does not copy because the other process does not have them, or not this way.
     * Here they are reported as faults. A subclass may know the cause, or another way to them.
     *
     * @param requestOffset where in the request they start
     * @param remote their address in the other process
     * @param ofPage how many of them are in the first one's page
     * @param length how many were asked for from there on
     * @return how many are dealt with, from 1 to {@code length}; the others are tried again
     */
    protected long refused(
            MemoryBatch ofBegin, int request, long requestOffset, long remote, long ofPage, long length) {
        ofBegin.fault(request, requestOffset, ofPage, Fault.INPUT_OUTPUT);
        return ofPage;
    }

    /** The direction of the batch that was taken up. */
    protected final Direction direction() {
        return direction;
    }

    /** Copies everything added so far; reports to the batch what could not be. */
    private void flush() {
        int piece = 0;
        long skip = 0;
        while (piece < count) {
            fillVectors(piece, skip);
            long copied = direction == Direction.READ
                    ? ProcessVm.read(state, pid, local, localCount, remote, remoteCount)
                    : ProcessVm.write(state, pid, local, localCount, remote, remoteCount);
            letOthersRun();
            if (copied <= 0) {
                if (copied != -ProcessVm.EFAULT) {
                    failFrom(piece, skip, copied == -ProcessVm.EPERM ? Fault.DENIED : Fault.INPUT_OUTPUT);
                    break;
                }
                long asked = lengths[piece] - skip;
                long at = remotes[piece] + skip;
                // The first byte asked for is not there. The rest of its page is not either, but what follows may be.
                long ofPage = Math.min(asked, PAGE - (at & PAGE - 1));
                long run = refused(batch, requests[piece], requestOffsets[piece] + skip, at, ofPage, asked);
                skip += run;
            }
            while (piece < count && copied > 0) {
                long run = Math.min(copied, lengths[piece] - skip);
                deliver(piece, skip, run);
                skip += run;
                copied -= run;
                if (skip == lengths[piece]) {
                    piece++;
                    skip = 0;
                }
            }
            if (piece < count && skip >= lengths[piece]) {
                piece++;
                skip = 0;
            }
        }
        reset();
    }

    @SuppressWarnings(
            "ThreadPriorityCheck") // Virtual threads are not preempted: without this others wait for all calls.
    private void letOthersRun() {
        if (virtual) {
            Thread.yield();
        }
    }

    /** Writes both vectors for the pieces from one on, joining what is contiguous on either side. */
    private void fillVectors(int firstPiece, long skip) {
        localCount = 0;
        remoteCount = 0;
        long localEnd = 0;
        long remoteEnd = 0;
        for (int i = firstPiece; i < count; i++) {
            long offset = i == firstPiece ? skip : 0;
            long length = lengths[i] - offset;
            long target = target(i) + offset;
            long source = remotes[i] + offset;
            localCount = append(local, localCount, target, length, target == localEnd);
            remoteCount = append(remote, remoteCount, source, length, source == remoteEnd);
            localEnd = target + length;
            remoteEnd = source + length;
        }
    }

    private static int append(MemorySegment vectors, int used, long base, long length, boolean continues) {
        boolean join = continues && used > 0;
        long at = (long) (join ? used - 1 : used) * ProcessVm.IOVEC_BYTES;
        if (join) {
            long lengthAt = at + Long.BYTES;
            vectors.set(ValueLayout.JAVA_LONG, lengthAt, vectors.get(ValueLayout.JAVA_LONG, lengthAt) + length);
            return used;
        }
        vectors.set(ValueLayout.JAVA_LONG, at, base);
        vectors.set(ValueLayout.JAVA_LONG, at + Long.BYTES, length);
        return used + 1;
    }

    private long target(int piece) {
        if (bouncePositions[piece] != NOT_BOUNCED) {
            return bounce.address() + bouncePositions[piece];
        }
        int request = requests[piece];
        return batch.buffer(request).address() + batch.bufferOffset(request) + requestOffsets[piece];
    }

    private void deliver(int piece, long skip, long run) {
        if (direction == Direction.READ && bouncePositions[piece] != NOT_BOUNCED) {
            int request = requests[piece];
            MemorySegment.copy(
                    bounce,
                    bouncePositions[piece] + skip,
                    batch.buffer(request),
                    batch.bufferOffset(request) + requestOffsets[piece] + skip,
                    run);
        }
    }

    private void failFrom(int piece, long skip, Fault cause) {
        for (int i = piece; i < count; i++) {
            long done = i == piece ? skip : 0;
            batch.fault(requests[i], requestOffsets[i] + done, lengths[i] - done, cause);
        }
    }
}
