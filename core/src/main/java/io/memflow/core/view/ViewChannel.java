package io.memflow.core.view;

import io.memflow.core.address.Address;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.ViewProperties;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A window of a view as a channel, for code that reads files. Position 0 is the window's first address; its size never
 * changes.
 *
 * <p>A read that meets missing memory gives the bytes before it; the next one, which starts there, throws. Closing the
 * channel leaves the view open. Thread-safe: one operation at a time.
 */
public final class ViewChannel implements SeekableByteChannel {
    private final MemoryView view;
    private final long start;
    private final long size;
    private final MemoryBatch batch = new MemoryBatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private long position;
    private volatile boolean open = true;

    /**
     * A channel on {@code size} bytes from {@code start} on, at position 0.
     *
     * @throws IllegalArgumentException when the size is negative or the window runs past the end of the address space
     */
    public ViewChannel(MemoryView view, long start, long size) {
        if (size < 0 || Address.overflows(start, size)) {
            throw new IllegalArgumentException("no window of " + size + " bytes starts at " + Address.format(start));
        }
        this.view = view;
        this.start = start;
        this.size = size;
    }

    /**
     * Reads what is left of the window, up to what the buffer takes.
     *
     * @return bytes read, or -1 at or behind the window's end
     * @throws IOException when the byte at the position cannot be read; names its address and the cause
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("the buffer is read-only");
        }
        lock.lock();
        try {
            requireOpen();
            if (position >= size) {
                return -1;
            }
            int length = (int) Math.min(target.remaining(), size - position);
            batch.clear();
            batch.add(start + position, MemorySegment.ofBuffer(target), 0, length);
            view.read(batch);
            int done = transferred(length, "read");
            target.position(target.position() + done);
            return done;
        } finally {
            batch.clear();
            lock.unlock();
        }
    }

    /**
     * Writes up to the end of the window.
     *
     * @return bytes written, which is less than asked for where the window ends or memory is missing
     * @throws NonWritableChannelException when the view cannot be written
     * @throws IOException when no byte can be written, at the end of the window too
     */
    @Override
    public int write(ByteBuffer from) throws IOException {
        lock.lock();
        try {
            requireOpen();
            requireWritable();
            if (!from.hasRemaining()) {
                return 0;
            }
            if (position >= size) {
                throw new IOException("position %d is not inside the window of %d bytes at %s, which cannot grow"
                        .formatted(position, size, Address.format(start)));
            }
            int length = (int) Math.min(from.remaining(), size - position);
            batch.clear();
            batch.add(start + position, MemorySegment.ofBuffer(from), 0, length);
            view.write(batch);
            int done = transferred(length, "write");
            from.position(from.position() + done);
            return done;
        } finally {
            batch.clear();
            lock.unlock();
        }
    }

    /** Bytes before the first fault; moves the position behind them. */
    private int transferred(int length, String what) throws IOException {
        long done = length;
        Fault cause = Fault.NONE;
        for (int i = 0; i < batch.faultCount(); i++) {
            if (batch.faultOffset(i) < done) {
                done = batch.faultOffset(i);
                cause = batch.faultCause(i);
            }
        }
        if (done == 0 && length != 0) {
            throw new IOException(
                    "cannot %s memory at %s: %s".formatted(what, Address.format(start + position), cause.text()));
        }
        position += done;
        return (int) done;
    }

    @Override
    public long position() throws IOException {
        lock.lock();
        try {
            requireOpen();
            return position;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves, also behind the end of the window.
     *
     * @throws IllegalArgumentException when the position is negative
     */
    @Override
    public ViewChannel position(long newPosition) throws IOException {
        lock.lock();
        try {
            requireOpen();
            if (newPosition < 0) {
                throw new IllegalArgumentException("position " + newPosition + " is negative");
            }
            position = newPosition;
            return this;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return size;
    }

    /**
     * Memory cannot be made shorter. A size that is not below the window's changes nothing but a position behind it, as
     * for every channel.
     *
     * @throws IOException for a size below the window's
     */
    @Override
    public ViewChannel truncate(long newSize) throws IOException {
        lock.lock();
        try {
            requireOpen();
            requireWritable();
            if (newSize < 0) {
                throw new IllegalArgumentException("size " + newSize + " is negative");
            }
            if (newSize < size) {
                throw new IOException("memory cannot be truncated");
            }
            position = Math.min(position, newSize);
            return this;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }

    private void requireOpen() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }

    private void requireWritable() {
        if (view.properties().access() == ViewProperties.Access.READ_ONLY) {
            throw new NonWritableChannelException();
        }
    }
}
