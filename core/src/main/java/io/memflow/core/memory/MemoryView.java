package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A space of addresses that can be read, and written where {@link #properties()} says so.
 *
 * <p>Everything is built on the batch: {@link #read(MemoryBatch)} ends each request with a status and never throws for
 * memory that is not there. The convenience getters throw {@link MemoryAccessException} instead of returning bytes that
 * were not read. Implementations are safe for reads from many threads at once.
 */
public interface MemoryView {
    ViewProperties properties();

    /** Executes every request of the batch as a read. Requests already finished by an earlier run are run again. */
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
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(address, buffer);
        read(batch);
        return batch.faultCount() == 0 ? Fault.NONE : batch.faultCause(0);
    }

    /**
     * Fills the buffer.
     *
     * @throws MemoryAccessException when any byte could not be read
     */
    default void read(long address, MemorySegment buffer) {
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(address, buffer);
        read(batch);
        if (batch.faultCount() != 0) {
            throw new MemoryAccessException(
                    properties().kind(), address + batch.faultOffset(0), buffer.byteSize(), batch.faultCause(0));
        }
    }

    /**
     * Writes the whole buffer.
     *
     * @throws MemoryAccessException when any byte could not be written; others may have been
     */
    default void write(long address, MemorySegment buffer) {
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(address, buffer);
        write(batch);
        if (batch.faultCount() != 0) {
            throw new MemoryAccessException(
                    properties().kind(), address + batch.faultOffset(0), buffer.byteSize(), batch.faultCause(0));
        }
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
     * Reads an unsigned value of 1, 2, 4 or 8 bytes in the view's byte order. All typed getters end here.
     *
     * @throws MemoryAccessException when any byte could not be read
     */
    default long readUnsigned(long address, int bytes) {
        MemorySegment scratch = MemorySegment.ofArray(new long[1]);
        read(address, scratch.asSlice(0, bytes));
        return ScalarLayout.get(scratch, 0, bytes, properties().byteOrder());
    }

    /** One byte, sign-extended. */
    default byte readByte(long address) {
        return (byte) readUnsigned(address, 1);
    }

    default short readShort(long address) {
        return (short) readUnsigned(address, 2);
    }

    default int readInt(long address) {
        return (int) readUnsigned(address, 4);
    }

    default long readLong(long address) {
        return readUnsigned(address, 8);
    }

    default float readFloat(long address) {
        return Float.intBitsToFloat(readInt(address));
    }

    default double readDouble(long address) {
        return Double.longBitsToDouble(readLong(address));
    }

    /** A pointer of the view's width, zero-extended. */
    default long readPointer(long address) {
        return readUnsigned(address, properties().pointerBytes());
    }

    /**
     * Reads a UTF-8 string up to its terminating zero.
     *
     * @param limit most bytes to read, terminator included
     * @throws MemoryAccessException when memory ends before the terminator does
     * @throws MemflowException with kind {@link ErrorKind#ENCODING} when there is no terminator within the limit or the
     *     bytes are not UTF-8
     */
    default String readUtf8(long address, int limit) {
        return decode(address, TerminatedBytes.read(this, address, limit, 1), StandardCharsets.UTF_8);
    }

    /** As {@link #readUtf8}, but bytes that are not UTF-8 become U+FFFD. */
    default String readUtf8Lossy(long address, int limit) {
        return new String(TerminatedBytes.read(this, address, limit, 1), StandardCharsets.UTF_8);
    }

    /**
     * Reads a UTF-16 string in the view's byte order up to its terminating zero unit.
     *
     * @param limit most bytes to read, terminator included
     * @throws MemoryAccessException when memory ends before the terminator does
     * @throws MemflowException with kind {@link ErrorKind#ENCODING} when there is no terminator within the limit or a
     *     surrogate stands alone
     */
    default String readUtf16(long address, int limit) {
        Charset charset = properties().byteOrder() == ByteOrder.LITTLE_ENDIAN
                ? StandardCharsets.UTF_16LE
                : StandardCharsets.UTF_16BE;
        return decode(address, TerminatedBytes.read(this, address, limit, 2), charset);
    }

    /**
     * Follows a chain of pointers: reads a pointer at {@code address + offsets[0]}, then one at that plus
     * {@code offsets[1]}, and so on; the last offset is added without reading.
     *
     * @return the final address
     * @throws MemoryAccessException when a pointer on the way cannot be read
     */
    default long resolveChain(long address, long... offsets) {
        long current = address;
        for (int i = 0; i < offsets.length; i++) {
            current += offsets[i];
            if (i + 1 < offsets.length) {
                current = readPointer(current);
            }
        }
        return current;
    }

    private static String decode(long address, byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder()
                    .decode(MemorySegment.ofArray(bytes).asByteBuffer())
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new MemflowException(
                    ErrorOrigin.MEMORY,
                    ErrorKind.ENCODING,
                    "The %d bytes at %s are not %s.".formatted(bytes.length, Address.format(address), charset.name()),
                    malformed);
        }
    }
}
