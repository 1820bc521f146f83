package io.memflow.core.structure;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.symbol.MemberLocation;

/**
 * One member of a kernel structure, read at the width that this kernel declares. Immutable.
 *
 * @param memory the kernel's address space
 * @param place where the member lies in its structure
 */
public record KernelField(MemoryView memory, MemberLocation place) {
    /** Longer than any text a kernel structure holds in itself. */
    private static final int LONGEST_TEXT = 4096;

    /** Virtual address of the member in the structure at {@code base}. */
    public long at(long base) {
        return base + place.offset();
    }

    /** Bytes of the member's type. */
    public long bytes() {
        return place.byteSize();
    }

    /**
     * The member as a pointer of the target's width.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     */
    public long pointer(long base) {
        return memory.readPointer(at(base));
    }

    /**
     * The member as an unsigned number, a bit-field too.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     * @throws MemflowException when its type is no number of 1, 2, 4 or 8 bytes
     */
    public long unsigned(long base) {
        long whole = memory.readUnsigned(at(base), width());
        if (place.bitSize() == 0) {
            return whole;
        }
        int shift = (int) (place.bitOffset() % Byte.SIZE);
        return whole >>> shift & ((1L << place.bitSize()) - 1);
    }

    /** As {@link #unsigned}, with the sign of the member's own width. */
    public long signed(long base) {
        int unused = Long.SIZE - width() * Byte.SIZE;
        return unsigned(base) << unused >> unused;
    }

    /**
     * The member as text up to its first zero byte, at most its whole size.
     *
     * @throws io.memflow.core.memory.MemoryAccessException when it cannot be read
     * @throws MemflowException when its size is not known
     */
    public String text(long base) {
        if (bytes() == 0) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_SUPPORTED,
                    "This kernel's type information gives no size to a member that should be text.");
        }
        return memory.readFixedUtf8Lossy(at(base), (int) Math.min(bytes(), LONGEST_TEXT));
    }

    private int width() {
        if (place.bitSize() > 0) {
            return bitFieldBytes();
        }
        long bytes = place.byteSize();
        if (bytes == Byte.BYTES || bytes == Short.BYTES || bytes == Integer.BYTES || bytes == Long.BYTES) {
            return (int) bytes;
        }
        throw new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.NOT_SUPPORTED,
                "This kernel's type information gives %d bytes to a member that should be a number.".formatted(bytes));
    }

    /** The fewest bytes, a power of two of them, that hold all bits of the field from its first byte on. */
    private int bitFieldBytes() {
        long bits = place.bitOffset() % Byte.SIZE + place.bitSize();
        int bytes = Byte.BYTES;
        while (bytes < Long.BYTES && (long) bytes * Byte.SIZE < bits) {
            bytes *= 2;
        }
        return bytes;
    }
}
