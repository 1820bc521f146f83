package io.memflow.formats.kallsyms;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bytes to search, virtually contiguous. Everything is read by bulk copies into arrays: in a cold JVM loops over
 * arrays run many times faster than typed reads of a segment. Offsets count from the start of the image.
 *
 * @param bytes the image
 * @param virtualAddress address of its first byte, a multiple of 8
 * @param pointerBytes 4 or 8
 */
record KernelImage(MemorySegment bytes, long virtualAddress, int pointerBytes) {
    KernelImage {
        if (pointerBytes != Integer.BYTES && pointerBytes != Long.BYTES) {
            throw new IllegalArgumentException("pointers of %d bytes".formatted(pointerBytes));
        }
        if (virtualAddress % Long.BYTES != 0) {
            throw new IllegalArgumentException("image address 0x%x is not 8-byte aligned".formatted(virtualAddress));
        }
    }

    long size() {
        return bytes.byteSize();
    }

    /** Whether {@code length} bytes from {@code offset} on are part of the image. */
    boolean holds(long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= size() && length <= size() - offset;
    }

    byte[] bytes(long offset, int length) {
        byte[] copy = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, copy, 0, length);
        return copy;
    }

    int[] ints(long offset, int count) {
        int[] copy = new int[count];
        MemorySegment.copy(bytes, LittleEndian.INT, offset, copy, 0, count);
        return copy;
    }

    /** Copies longs into a reusable array. */
    void longs(long offset, long[] target, int count) {
        MemorySegment.copy(bytes, LittleEndian.LONG, offset, target, 0, count);
    }

    /** A pointer of the kernel, zero-extended. */
    long pointer(long offset) {
        int[] words = ints(offset, pointerBytes / Integer.BYTES);
        long low = Integer.toUnsignedLong(words[0]);
        return words.length == 1 ? low : low | ((long) words[1] << Integer.SIZE);
    }

    long addressOf(long offset) {
        return virtualAddress + offset;
    }

    /** Whether an address lies in the image; the end counts, because end symbols such as _end point at it. */
    boolean containsAddress(long address) {
        return Long.compareUnsigned(address - virtualAddress, size()) <= 0;
    }

    /** Whether the address is in the half of the address space that belongs to the kernel. */
    boolean inKernelSpace(long address) {
        // The lowest PAGE_OFFSET a 32-bit kernel can be built with is 0x40000000 (VMSPLIT_1G).
        return pointerBytes == Long.BYTES ? address < 0 : address >= 0x4000_0000L;
    }

    static long alignUp(long offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }

    static long alignDown(long offset, int alignment) {
        return offset & -alignment;
    }
}
