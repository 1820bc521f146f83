package io.memflow.connector.qemu.gdb;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/**
 * The one connection that all views of a machine share. A connection that broke stays broken, and says why. Thread-safe;
 * one user after the other.
 */
final class GdbSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GdbSession.class.getName());

    private final GdbLink link;
    private final GdbStub stub;
    private final GdbTransfer transfer;
    private final ReentrantLock exchange = new ReentrantLock();
    private boolean closed;
    private String lost = "";

    GdbSession(GdbLink link) {
        this.link = link;
        this.stub = link.stub();
        this.transfer = new GdbTransfer(stub);
    }

    /** Why the connection broke, or the machine may not be as it was found; empty when nothing happened. */
    String lost() {
        exchange.lock();
        try {
            return lost;
        } finally {
            exchange.unlock();
        }
    }

    /**
     * Reads a batch.
     *
     * @param refused what it means that the stub does not give bytes
     * @param split hands the pieces of one request to {@link GdbTransfer#run}
     */
    void read(MemoryBatch batch, GdbSpace space, Fault refused, ObjIntConsumer<GdbTransfer> split) {
        move(batch, space, refused, GdbTransfer.Direction.READ, split);
    }

    /** Writes a batch, as {@link #read}. */
    void write(MemoryBatch batch, GdbSpace space, Fault refused, ObjIntConsumer<GdbTransfer> split) {
        move(batch, space, refused, GdbTransfer.Direction.WRITE, split);
    }

    private void move(
            MemoryBatch batch,
            GdbSpace space,
            Fault refused,
            GdbTransfer.Direction direction,
            ObjIntConsumer<GdbTransfer> split) {
        batch.restart();
        exchange.lock();
        try {
            transfer.begin(refused, direction, closed || !lost.isEmpty());
            selectIfUsable(space);
            for (int request = 0; request < batch.size(); request++) {
                split.accept(transfer, request);
            }
            transfer.end(batch);
            if (lost.isEmpty() && !transfer.lost().isEmpty()) {
                lost = "The machine could not be read to the end: " + transfer.lost();
            }
        } finally {
            exchange.unlock();
        }
        for (int request = 0; request < batch.size(); request++) {
            batch.finish(request);
        }
    }

    private void selectIfUsable(GdbSpace space) {
        if (closed || !lost.isEmpty()) {
            return;
        }
        try {
            stub.select(space);
        } catch (MemflowException gone) {
            transfer.lose(gone);
        }
    }

    /**
     * Asks something else of the stub.
     *
     * @throws MemflowException when the connection is closed or broken, or the question's own
     */
    <T> T ask(Function<GdbStub, T> question) {
        exchange.lock();
        try {
            if (closed || !lost.isEmpty()) {
                throw new MemflowException(
                        ErrorOrigin.CONNECTOR,
                        ErrorKind.UNKNOWN,
                        lost.isEmpty() ? "The connection to QEMU's debugger stub is closed." : lost);
            }
            return question.apply(stub);
        } finally {
            exchange.unlock();
        }
    }

    /** Lets the machine run on if it ran before. */
    @Override
    public void close() {
        exchange.lock();
        try {
            if (!closed) {
                closed = true;
                link.close();
            }
        } catch (MemflowException gone) {
            lost = "The machine could not be left as it was found: " + gone.getMessage();
            // To close throws nothing, yet a machine that may stand still is nothing to keep silent about.
            LOG.log(System.Logger.Level.WARNING, lost);
        } finally {
            exchange.unlock();
        }
    }
}
