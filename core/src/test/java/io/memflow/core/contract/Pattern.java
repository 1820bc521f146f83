package io.memflow.core.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes that depend on their physical address only, so that a read shows where it really came from. Stateless. */
public final class Pattern {
    /** 2^64 divided by the golden ratio: multiplying by it spreads neighbouring addresses. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private Pattern() {}

    /** The byte that the memory under test must hold at a physical address. */
    public static byte at(long address) {
        return (byte) (((address + 1) * SPREAD) >>> 56);
    }

    /** Fills a segment with the bytes of physical memory from {@code address} on. */
    public static void fill(MemorySegment segment, long address) {
        for (long i = 0; i < segment.byteSize(); i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, at(address + i));
        }
    }

    /** The bytes of physical memory from {@code address} on. */
    public static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        fill(MemorySegment.ofArray(bytes), address);
        return bytes;
    }
}
