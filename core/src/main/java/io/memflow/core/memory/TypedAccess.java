package io.memflow.core.memory;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MemflowException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What every {@link MemoryView} offers on top of bytes: scalars, pointers, arrays and text, in the view's byte order.
 *
 * <p>Getters throw {@link MemoryAccessException} instead of returning bytes that were not read; an array that a failed
 * read was to fill means nothing afterwards. Writers throw it when a byte could not be written; others may have been.
 * Arrays are one request each. Thread-safe as the view is.
 */
public sealed interface TypedAccess permits MemoryView {
    ViewProperties properties();

    /** Executes a batch of reads, see {@link MemoryView#read(MemoryBatch)}. */
    void read(MemoryBatch batch);

    /** Fills the buffer, see {@link MemoryView#read(long, MemorySegment)}. */
    void read(long address, MemorySegment buffer);

    /** Writes the whole buffer, see {@link MemoryView#write(long, MemorySegment)}. */
    void write(long address, MemorySegment buffer);

    /** An unsigned value of 1, 2, 4 or 8 bytes, see {@link MemoryView#readUnsigned}. */
    long readUnsigned(long address, int bytes);

    /** Writes the low 1, 2, 4 or 8 bytes of a value, see {@link MemoryView#writeUnsigned}. */
    void writeUnsigned(long address, int bytes, long value);

    /** One byte, sign-extended. */
    default byte readByte(long address) {
        return (byte) readUnsigned(address, Byte.BYTES);
    }

    default short readShort(long address) {
        return (short) readUnsigned(address, Short.BYTES);
    }

    default int readInt(long address) {
        return (int) readUnsigned(address, Integer.BYTES);
    }

    default long readLong(long address) {
        return readUnsigned(address, Long.BYTES);
    }

    default float readFloat(long address) {
        return Float.intBitsToFloat(readInt(address));
    }

    default double readDouble(long address) {
        return Double.longBitsToDouble(readLong(address));
    }

    default void writeByte(long address, byte value) {
        writeUnsigned(address, Byte.BYTES, value);
    }

    default void writeShort(long address, short value) {
        writeUnsigned(address, Short.BYTES, value);
    }

    default void writeInt(long address, int value) {
        writeUnsigned(address, Integer.BYTES, value);
    }

    default void writeLong(long address, long value) {
        writeUnsigned(address, Long.BYTES, value);
    }

    default void writeFloat(long address, float value) {
        writeInt(address, Float.floatToRawIntBits(value));
    }

    default void writeDouble(long address, double value) {
        writeLong(address, Double.doubleToRawLongBits(value));
    }

    /** A pointer of the view's width, zero-extended; it may be null. */
    default long readPointer(long address) {
        return readUnsigned(address, properties().pointerBytes());
    }

    /** A pointer of a stated width, zero-extended; it may be null. */
    default long readPointer(long address, PointerWidth width) {
        return readUnsigned(address, width.bytes());
    }

    /** As {@link #followPointer(long, PointerWidth)}, for a pointer of the view's width. */
    default long followPointer(long address) {
        return Pointers.follow(this, address, PointerWidth.of(properties()));
    }

    /**
     * Reads a pointer that something is expected behind.
     *
     * @throws MemflowException with kind {@link ErrorKind#NOT_FOUND} when it is null
     */
    default long followPointer(long address, PointerWidth width) {
        return Pointers.follow(this, address, width);
    }

    /** As {@link #writePointer(long, long, PointerWidth)}, with the view's width. */
    default void writePointer(long address, long pointer) {
        Pointers.write(this, address, pointer, PointerWidth.of(properties()));
    }

    /**
     * Writes a pointer.
     *
     * @throws MemflowException with kind {@link ErrorKind#OUT_OF_BOUNDS} when it does not fit into the width
     */
    default void writePointer(long address, long pointer, PointerWidth width) {
        Pointers.write(this, address, pointer, width);
    }

    /** As {@link #resolveChain(PointerWidth, long, long...)}, for pointers of the view's width. */
    default long resolveChain(long address, long... offsets) {
        return Pointers.resolve(this, PointerWidth.of(properties()), address, offsets);
    }

    /**
     * Follows a chain of pointers: reads a pointer at {@code address + offsets[0]}, then one at that plus
     * {@code offsets[1]}, and so on; the last offset is added without reading.
     *
     * @return the final address
     * @throws MemoryAccessException when a pointer on the way cannot be read
     * @throws MemflowException with kind {@link ErrorKind#NOT_FOUND} when a pointer on the way is null; names the step
     */
    default long resolveChain(PointerWidth width, long address, long... offsets) {
        return Pointers.resolve(this, width, address, offsets);
    }

    /** Fills the array. */
    default void readBytes(long address, byte[] values) {
        read(address, MemorySegment.ofArray(values));
    }

    /** Fills the array. */
    default void readShorts(long address, short[] values) {
        PrimitiveArrays.read(this, address, MemorySegment.ofArray(values), Short.BYTES);
    }

    /** Fills the array. */
    default void readInts(long address, int[] values) {
        PrimitiveArrays.read(this, address, MemorySegment.ofArray(values), Integer.BYTES);
    }

    /** Fills the array. */
    default void readLongs(long address, long[] values) {
        PrimitiveArrays.read(this, address, MemorySegment.ofArray(values), Long.BYTES);
    }

    /** Fills the array. */
    default void readFloats(long address, float[] values) {
        PrimitiveArrays.read(this, address, MemorySegment.ofArray(values), Float.BYTES);
    }

    /** Fills the array. */
    default void readDoubles(long address, double[] values) {
        PrimitiveArrays.read(this, address, MemorySegment.ofArray(values), Double.BYTES);
    }

    /** Fills the array with pointers of the view's width, zero-extended; each may be null. */
    default void readPointers(long address, long[] pointers) {
        Pointers.readAll(this, address, pointers, PointerWidth.of(properties()));
    }

    /** Fills the array with pointers of a stated width, zero-extended; each may be null. */
    default void readPointers(long address, long[] pointers, PointerWidth width) {
        Pointers.readAll(this, address, pointers, width);
    }

    default void writeBytes(long address, byte[] values) {
        write(address, MemorySegment.ofArray(values));
    }

    default void writeShorts(long address, short[] values) {
        PrimitiveArrays.write(this, address, MemorySegment.ofArray(values), Short.BYTES);
    }

    default void writeInts(long address, int[] values) {
        PrimitiveArrays.write(this, address, MemorySegment.ofArray(values), Integer.BYTES);
    }

    default void writeLongs(long address, long[] values) {
        PrimitiveArrays.write(this, address, MemorySegment.ofArray(values), Long.BYTES);
    }

    default void writeFloats(long address, float[] values) {
        PrimitiveArrays.write(this, address, MemorySegment.ofArray(values), Float.BYTES);
    }

    default void writeDoubles(long address, double[] values) {
        PrimitiveArrays.write(this, address, MemorySegment.ofArray(values), Double.BYTES);
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
        return Text.decode(address, TerminatedBytes.read(this, address, limit, 1), StandardCharsets.UTF_8);
    }

    /** As {@link #readUtf8}, but bytes that are not UTF-8 become U+FFFD. */
    default String readUtf8Lossy(long address, int limit) {
        return new String(TerminatedBytes.read(this, address, limit, 1), StandardCharsets.UTF_8);
    }

    /**
     * Reads a UTF-16 string up to its terminating zero unit.
     *
     * @param limit most bytes to read, terminator included
     * @throws MemoryAccessException when memory ends before the terminator does
     * @throws MemflowException with kind {@link ErrorKind#ENCODING} when there is no terminator within the limit or a
     *     surrogate stands alone
     */
    default String readUtf16(long address, int limit) {
        return Text.decode(address, TerminatedBytes.read(this, address, limit, 2), Text.utf16(this));
    }

    /**
     * Reads UTF-8 text from an array of fixed length, such as C's {@code char name[16]}: up to the first zero, or all.
     *
     * @param bytes length of the array
     * @throws MemflowException with kind {@link ErrorKind#ENCODING} when the bytes are not UTF-8, as when a name was cut
     *     inside a character
     */
    default String readFixedUtf8(long address, int bytes) {
        return Text.decode(address, Text.fixed(this, address, bytes, 1), StandardCharsets.UTF_8);
    }

    /** As {@link #readFixedUtf8}, but bytes that are not UTF-8 become U+FFFD. */
    default String readFixedUtf8Lossy(long address, int bytes) {
        return new String(Text.fixed(this, address, bytes, 1), StandardCharsets.UTF_8);
    }

    /**
     * Reads UTF-16 text from an array of fixed length: up to the first zero unit, or all.
     *
     * @param bytes length of the array, even
     * @throws MemflowException with kind {@link ErrorKind#ENCODING} when a surrogate stands alone
     */
    default String readFixedUtf16(long address, int bytes) {
        return Text.decode(address, Text.fixed(this, address, bytes, 2), Text.utf16(this));
    }

    /**
     * Writes a UTF-8 string and a zero behind it, as one request.
     *
     * @throws MemflowException with kind {@link ErrorKind#ENCODING} when the text holds a zero or a lone surrogate
     */
    default void writeUtf8(long address, String text) {
        Text.writeTerminated(this, address, text, StandardCharsets.UTF_8, 1);
    }

    /** As {@link #writeUtf8}, in UTF-16 with a zero unit behind it. */
    default void writeUtf16(long address, String text) {
        Text.writeTerminated(this, address, text, Text.utf16(this), 2);
    }

    /**
     * Writes UTF-8 text into an array of fixed length and zeros into the rest of it. Text that fills the array has no
     * terminator.
     *
     * @param bytes length of the array
     * @throws MemflowException with kind {@link ErrorKind#OUT_OF_BOUNDS} when the text is longer, or
     *     {@link ErrorKind#ENCODING} when it holds a zero or a lone surrogate
     */
    default void writeFixedUtf8(long address, String text, int bytes) {
        Text.writeFixed(this, address, text, StandardCharsets.UTF_8, bytes);
    }

    /** As {@link #writeFixedUtf8}, in UTF-16. */
    default void writeFixedUtf16(long address, String text, int bytes) {
        Text.writeFixed(this, address, text, Text.utf16(this), bytes);
    }
}
