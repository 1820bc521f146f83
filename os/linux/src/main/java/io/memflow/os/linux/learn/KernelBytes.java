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

/**
 * The memory that offsets are learned from. What cannot be read is 0 here, which fits nothing that is looked for.
 * Confined.
 */
final class KernelBytes {
    /** {@code PAGE_OFFSET} of 32-bit kernels is a multiple of this. */
    private static final long SPLIT_GRANULE = 0x1000_0000L;

    private static final long LARGEST_32_BIT = 0xFFFF_FFFFL;

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
        return isKernel(value) && value % word == 0;
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

    /** The pointer at an offset of a copy. */
    long word(MemorySegment copy, int offset) {
        return word == Long.BYTES ? copy.get(ScalarLayout.LONG_LITTLE, offset) : number(copy, offset);
    }

    /** The unsigned 32-bit number at an offset of a copy. */
    long number(MemorySegment copy, int offset) {
        return copy.get(ScalarLayout.INT_LITTLE, offset) & LARGEST_32_BIT;
    }

    private long value(long address, int bytes) {
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
