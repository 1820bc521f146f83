package io.memflow.os.linux.learn;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The memory that offsets are learned from. What cannot be read is 0 here, which fits nothing that is looked for.
 * Confined.
 */
final class KernelBytes {
    /** {@code PAGE_OFFSET} of 32-bit kernels is a multiple of this. */
    private static final long SPLIT_GRANULE = 0x1000_0000L;

    private static final long LARGEST_32_BIT = 0xFFFF_FFFFL;

    /** Numbers that are looked at in one go. */
    private static final int PIECE = 1 << 12;

    private final VirtualMemory memory;
    private final MemorySegment image;
    private final long imageBase;
    private final int word;
    private final long lowest;
    private final MemorySegment scratch = MemorySegment.ofArray(new byte[Long.BYTES]);

    /**
     * @param image bytes of the kernel image
     * @param imageBase virtual address of the first of them
     */
    KernelBytes(VirtualMemory memory, MemorySegment image, long imageBase) {
        this.memory = memory;
        this.image = image;
        this.imageBase = imageBase;
        word = memory.properties().pointerBytes();
        lowest = word == Long.BYTES ? Long.MIN_VALUE : imageBase & -SPLIT_GRANULE;
    }

    VirtualMemory memory() {
        return memory;
    }

    /** Bytes of a pointer. */
    int word() {
        return word;
    }

    MemorySegment image() {
        return image;
    }

    long imageBase() {
        return imageBase;
    }

    boolean isInImage(long address) {
        return Long.compareUnsigned(address - imageBase, image.byteSize()) < 0;
    }

    /** Whether a value looks like the address of something of the kernel's. */
    boolean isKernel(long value) {
        return Long.compareUnsigned(value, lowest) >= 0
                && (word == Long.BYTES || Long.compareUnsigned(value, LARGEST_32_BIT) <= 0);
    }

    boolean isAlignedKernel(long value) {
        return (value & (word - 1)) == 0 && isKernel(value);
    }

    boolean isReadable(long address) {
        return memory.translate(address, new Translation());
    }

    /** The pointer at an address. */
    long word(long address) {
        return value(address, word);
    }

    /** The unsigned 32-bit number at an address. */
    long number(long address) {
        return value(address, Integer.BYTES);
    }

    /** Words of the image that are worth a closer look. */
    @FunctionalInterface
    interface WordTest {
        /**
         * Whether a place is worth a closer look.
         *
         * @param low the four bytes at a place
         * @param high the four bytes behind them; 0 at the image's end
         */
        boolean holds(int low, int high);
    }

    /**
     * Goes through the image once. Two zeros side by side pass no test.
     *
     * @param step bytes from one place to the next: 4 or 8
     * @param hit takes the offset in the image of each place that passes the test
     */
    void scan(int step, WordTest test, LongConsumer hit) {
        int stride = step / Integer.BYTES;
        int[] piece = new int[PIECE + 1];
        long all = image.byteSize() / Integer.BYTES;
        for (long first = 0; first < all; first += PIECE) {
            int count = (int) Math.min(PIECE, all - first);
            int copied = (int) Math.min(piece.length, all - first);
            MemorySegment.copy(image, ScalarLayout.INT_LITTLE, first * Integer.BYTES, piece, 0, copied);
            if (copied == count) {
                piece[count] = 0;
            }
            scan(piece, count, stride, first, test, hit);
        }
    }

    private static void scan(int[] piece, int count, int stride, long first, WordTest test, LongConsumer hit) {
        for (int i = 0; i < count; i += stride) {
            // Most words of an image are zero, which nothing is known by.
            if ((piece[i] | piece[i + 1]) != 0 && test.holds(piece[i], piece[i + 1])) {
                hit.accept((first + i) * Integer.BYTES);
            }
        }
    }

    /** The pointer that two neighbouring halves make, or the first alone on a 32-bit machine. */
    long word(int low, int high) {
        long half = low & LARGEST_32_BIT;
        return word == Long.BYTES ? (long) high << Integer.SIZE | half : half;
    }

    /** The pointer at an offset of a copy. */
    long word(MemorySegment copy, int offset) {
        return word == Long.BYTES ? copy.get(ScalarLayout.LONG_LITTLE, offset) : number(copy, offset);
    }

    /** The unsigned 32-bit number at an offset of a copy. */
    long number(MemorySegment copy, int offset) {
        return copy.get(ScalarLayout.INT_LITTLE, offset) & LARGEST_32_BIT;
    }

    private long value(long address, int bytes) {
        long inside = address - imageBase;
        if (inside >= 0 && inside <= image.byteSize() - bytes) {
            return bytes == Long.BYTES
                    ? image.get(ScalarLayout.LONG_LITTLE, inside)
                    : image.get(ScalarLayout.INT_LITTLE, inside) & LARGEST_32_BIT;
        }
        MemorySegment target = scratch.asSlice(0, bytes);
        if (memory.tryRead(address, target) != Fault.NONE) {
            return 0;
        }
        return bytes == Long.BYTES
                ? target.get(ScalarLayout.LONG_LITTLE, 0)
                : target.get(ScalarLayout.INT_LITTLE, 0) & LARGEST_32_BIT;
    }

    /** Bytes from an address on; those that cannot be read are 0. */
    MemorySegment copy(long address, int length) {
        MemorySegment bytes = MemorySegment.ofArray(new byte[length]);
        MemoryBatch batch = new MemoryBatch(1);
        batch.add(address, bytes);
        memory.read(batch);
        return bytes;
    }

    /** A string of printable ASCII with a zero behind it; empty when there is none. */
    Optional<String> text(long address, int limit) {
        return text(copy(address, limit), 0, limit);
    }

    /** As {@link #text(long, int)}, from a copy. */
    static Optional<String> text(MemorySegment bytes, long offset, int limit) {
        for (int length = 0; length < limit; length++) {
            byte letter = bytes.get(ValueLayout.JAVA_BYTE, offset + length);
            if (letter == 0) {
                byte[] text = bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
                return length == 0 ? Optional.empty() : Optional.of(new String(text, StandardCharsets.US_ASCII));
            }
            if (letter < ' ' || letter > '~') {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
