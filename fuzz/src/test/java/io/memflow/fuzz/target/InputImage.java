package io.memflow.fuzz.target;

import java.lang.foreign.MemorySegment;

/**
 * An input as the image of a kernel, whose first byte says how wide its pointers are.
 *
 * @param address virtual address of its first byte
 * @param pointerBytes 4 or 8
 */
record InputImage(MemorySegment bytes, long address, int pointerBytes) {
    private static final long ADDRESS_64 = 0xFFFF_FFFF_8100_0000L;
    private static final long ADDRESS_32 = 0xC100_0000L;

    static InputImage of(byte[] input) {
        MemorySegment bytes = MemorySegment.ofArray(input);
        return input.length == 0 || (input[0] & 1) == 0
                ? new InputImage(bytes, ADDRESS_64, Long.BYTES)
                : new InputImage(bytes, ADDRESS_32, Integer.BYTES);
    }
}
