package io.memflow.connector.qemu.ram;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RangeTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies the requests of one batch into another process, as many with one system call as it takes. Made for one batch, since
 * writes are rare. Confined.
 */
final class ProcessWrites implements RangeTable.RunConsumer {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int PAGE = 4096;

    private final int pid;
    private final RangeTable ranges;
    private final MemoryBatch batch;
    private final MemorySegment state;
    private final MemorySegment local;
    private final MemorySegment remote;
    private final MemorySegment buffer;

    private final int[] requests = new int[ProcessVm.IOV_MAX];
    private final long[] offsets = new long[ProcessVm.IOV_MAX];
    private final long[] hosts = new long[ProcessVm.IOV_MAX];
    private final long[] lengths = new long[ProcessVm.IOV_MAX];
    private int count;
    private long filled;

    /** @param arena for the scratch, which any thread may use */
    ProcessWrites(int pid, RangeTable ranges, MemoryBatch batch, Arena arena) {
        this.pid = pid;
        this.ranges = ranges;
        this.batch = batch;
        long bytes = 0;
        for (int request = 0; request < batch.size() && bytes < BUFFER_BYTES; request++) {
            bytes += Math.min(batch.length(request), BUFFER_BYTES - bytes);
        }
        state = arena.allocate(ProcessVm.CALL_STATE);
        local = arena.allocate(ProcessVm.IOVEC_BYTES, Long.BYTES);
        remote = arena.allocate((long) ProcessVm.IOV_MAX * ProcessVm.IOVEC_BYTES, Long.BYTES);
        buffer = arena.allocate(Math.max(1, bytes));
    }

    @Override
    public void run(MemoryBatch ofConstructor, int request, long offset, long length, int range) {
        for (long done = 0; done < length; ) {
            if (count == ProcessVm.IOV_MAX || filled == buffer.byteSize()) {
                flush();
            }
            long run = Math.min(length - done, buffer.byteSize() - filled);
            requests[count] = request;
            offsets[count] = offset + done;
            hosts[count] = ranges.target(range, batch.address(request) + offset + done);
            lengths[count] = run;
            long from = batch.bufferOffset(request) + offset + done;
            MemorySegment.copy(batch.buffer(request), from, buffer, filled, run);
            filled += run;
            count++;
            done += run;
        }
    }

    /** Copies everything added so far; reports to the batch what could not be. */
    void flush() {
        int piece = 0;
        long skip = 0;
        long position = 0;
        while (piece < count) {
            long copied = ProcessVm.write(state, pid, local, 1, remote, fillVectors(piece, skip, position));
            if (copied <= 0) {
                if (copied != -ProcessVm.EFAULT) {
                    failFrom(piece, skip, copied == -ProcessVm.EPERM ? Fault.DENIED : Fault.INPUT_OUTPUT);
                    break;
                }
                // The first byte has no place there, nor have the others of its page; what follows may have.
                copied = Math.min(lengths[piece] - skip, PAGE - (hosts[piece] + skip & PAGE - 1));
                batch.fault(requests[piece], offsets[piece] + skip, copied, Fault.INPUT_OUTPUT);
            }
            position += copied;
            while (piece < count && copied >= lengths[piece] - skip) {
                copied -= lengths[piece] - skip;
                skip = 0;
                piece++;
            }
            skip += copied;
        }
        count = 0;
        filled = 0;
    }

    private int fillVectors(int firstPiece, long skip, long position) {
        local.set(ValueLayout.JAVA_LONG, 0, buffer.address() + position);
        local.set(ValueLayout.JAVA_LONG, Long.BYTES, filled - position);
        int used = 0;
        long end = 0;
        for (int i = firstPiece; i < count; i++) {
            long done = i == firstPiece ? skip : 0;
            long host = hosts[i] + done;
            long length = lengths[i] - done;
            if (used > 0 && host == end) {
                long lengthAt = (long) (used - 1) * ProcessVm.IOVEC_BYTES + Long.BYTES;
                remote.set(ValueLayout.JAVA_LONG, lengthAt, remote.get(ValueLayout.JAVA_LONG, lengthAt) + length);
            } else {
                long at = (long) used++ * ProcessVm.IOVEC_BYTES;
                remote.set(ValueLayout.JAVA_LONG, at, host);
                remote.set(ValueLayout.JAVA_LONG, at + Long.BYTES, length);
            }
            end = host + length;
        }
        return used;
    }

    private void failFrom(int piece, long skip, Fault cause) {
        for (int i = piece; i < count; i++) {
            long done = i == piece ? skip : 0;
            batch.fault(requests[i], offsets[i] + done, lengths[i] - done, cause);
        }
    }
}
