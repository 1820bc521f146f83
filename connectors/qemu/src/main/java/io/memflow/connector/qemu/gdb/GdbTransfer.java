package io.memflow.connector.qemu.gdb;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.RangeTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Moves the pieces of batches through a stub. Of reads several are under way at once, oldest first; writes go one by one.
 * Reused. Confined to the thread that holds the session's lock.
 */
final class GdbTransfer implements RangeTable.RunConsumer {
    /**
     * Packets under way. Answers of 4 KiB each must fit the socket's buffers together, since QEMU does not take the next
     * question before it is rid of an answer.
     */
    private static final int WINDOW = 16;

    /** Which way bytes go. */
    enum Direction {
        READ,
        WRITE
    }

    private final GdbStub stub;
    private final byte[] bytes;
    private final int[] requests = new int[WINDOW];
    private final long[] offsets = new long[WINDOW];
    private final int[] lengths = new int[WINDOW];
    private int first;
    private int count;
    private Fault refused = Fault.INPUT_OUTPUT;
    private Direction direction = Direction.READ;
    private boolean unusable;
    private String lost = "";

    GdbTransfer(GdbStub stub) {
        this.stub = stub;
        this.bytes = new byte[stub.largestRead()];
    }

    /** @param isUnusable whether the connection is gone, so that everything fails */
    void begin(Fault refusedMeans, Direction newDirection, boolean isUnusable) {
        refused = refusedMeans;
        direction = newDirection;
        unusable = isUnusable;
        lost = "";
    }

    /** Why the connection broke since {@link #begin}; empty when it did not. */
    String lost() {
        return lost;
    }

    @Override
    public void run(MemoryBatch batch, int request, long offset, long length, int range) {
        run(batch, request, offset, length);
    }

    void run(MemoryBatch batch, int request, long offset, long length) {
        int most = direction == Direction.READ ? bytes.length : Math.min(bytes.length, stub.largestWrite());
        for (long done = 0; done < length; ) {
            int piece = (int) Math.min(most, length - done);
            if (unusable) {
                batch.fault(request, offset + done, piece, Fault.INPUT_OUTPUT);
            } else if (direction == Direction.READ) {
                ask(batch, request, offset + done, piece);
            } else {
                write(batch, request, offset + done, piece);
            }
            done += piece;
        }
    }

    private void ask(MemoryBatch batch, int request, long offset, int length) {
        if (count == WINDOW) {
            take(batch);
            if (unusable) {
                batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
                return;
            }
        }
        int last = (first + count++) % WINDOW;
        requests[last] = request;
        offsets[last] = offset;
        lengths[last] = length;
        try {
            stub.askForBytes(batch.address(request) + offset, length);
        } catch (MemflowException gone) {
            // What was asked before may have been answered.
            count--;
            batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
            drain(batch);
            lose(gone);
        }
    }

    private void write(MemoryBatch batch, int request, long offset, int length) {
        MemorySegment.copy(
                batch.buffer(request), ValueLayout.JAVA_BYTE, batch.bufferOffset(request) + offset, bytes, 0, length);
        try {
            if (!stub.write(batch.address(request) + offset, bytes, length)) {
                batch.fault(request, offset, length, refused);
            }
        } catch (MemflowException gone) {
            batch.fault(request, offset, length, Fault.INPUT_OUTPUT);
            lose(gone);
        }
    }

    /** Takes what is still under way. */
    void end(MemoryBatch batch) {
        drain(batch);
    }

    private void drain(MemoryBatch batch) {
        while (count > 0) {
            take(batch);
        }
    }

    private void take(MemoryBatch batch) {
        int request = requests[first];
        int length = lengths[first];
        try {
            int came = stub.takeBytes(bytes, length);
            long at = batch.bufferOffset(request) + offsets[first];
            MemorySegment.copy(bytes, 0, batch.buffer(request), ValueLayout.JAVA_BYTE, at, came);
            if (came < length) {
                batch.fault(request, offsets[first] + came, (long) length - came, refused);
            }
            first = (first + 1) % WINDOW;
            count--;
        } catch (MemflowException gone) {
            // An answer that does not come or makes no sense leaves nothing to go by: all that is under way is lost.
            for (; count > 0; count--) {
                batch.fault(requests[first], offsets[first], lengths[first], Fault.INPUT_OUTPUT);
                first = (first + 1) % WINDOW;
            }
            lose(gone);
        }
    }

    /** Fails everything from now on. */
    void lose(MemflowException why) {
        unusable = true;
        lost = lost.isEmpty() ? why.getMessage() : lost;
    }
}
