package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A space of addresses that can be read, and written where {@link #properties()} says so.
 *
 * <p>Everything is built on the batch: {@link #read(MemoryBatch)} ends each request with a status and never throws for
 * memory that is not there. The getters of {@link TypedAccess} throw {@link MemoryAccessException} instead of returning
 * bytes that were not read. Implementations are safe for reads from many threads at once.
 */
public non-sealed interface MemoryView extends TypedAccess {
    @Override
    ViewProperties properties();

    /** Executes every request of the batch as a read. Requests already finished by an earlier run are run again. */
    @Override
    void read(MemoryBatch batch);

    /**
     * Executes every request of the batch as a write.
     *
     * <p>The default fails each request with {@link Fault#READ_ONLY}.
     */
    default void write(MemoryBatch batch) {
        batch.restart();
        for (int request = 0; request < batch.size(); request++) {
            batch.fail(request, Fault.READ_ONLY);
        }
    }

    /**
     * Something this view, or what it wraps, can do beyond reading. A wrapper asks what it wraps.
     *
     * @param type the capability's interface or class
     */
    <C> Optional<C> capability(Class<C> type);

    /**
     * Fills the buffer, or says why it cannot.
     *
     * @return {@link Fault#NONE} when every byte of the buffer was read; otherwise the first cause, and the buffer's
     *     contents mean nothing
     */
    default Fault tryRead(long address, MemorySegment buffer) {
        return SingleAccess.tryRead(this, address, buffer);
    }

    /**
     * Fills the buffer.
     *
     * @throws MemoryAccessException when any byte could not be read
     */
    @Override
    default void read(long address, MemorySegment buffer) {
        SingleAccess.read(this, address, buffer);
    }

    /**
     * Writes the whole buffer.
     *
     * @throws MemoryAccessException when any byte could not be written; others may have been
     */
    @Override
    default void write(long address, MemorySegment buffer) {
        SingleAccess.write(this, address, buffer);
    }

    /**
     * Reads bytes into a new array.
     *
     * @throws MemoryAccessException when any byte could not be read
     */
    default byte[] readBytes(long address, int length) {
        byte[] bytes = new byte[length];
        read(address, MemorySegment.ofArray(bytes));
        return bytes;
    }

    /** Reads what can be read and names what cannot. */
    default PartialRead readPartial(long address, int length) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[length]);
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(address, bytes);
        read(batch);
        return new PartialRead(address, bytes, BatchGaps.of(batch, 0));
    }

    /**
     * Reads an unsigned value of 1, 2, 4 or 8 bytes in the view's byte order. All typed getters of scalars end here.
     *
     * @throws MemoryAccessException when any byte could not be read
     */
    @Override
    default long readUnsigned(long address, int bytes) {
        return SingleAccess.readUnsigned(this, address, bytes);
    }

    /**
     * Writes the low 1, 2, 4 or 8 bytes of a value in the view's byte order. All typed writers of scalars end here.
     *
     * @throws MemoryAccessException when any byte could not be written; others may have been
     */
    @Override
    default void writeUnsigned(long address, int bytes, long value) {
        SingleAccess.writeUnsigned(this, address, bytes, value);
    }
}
