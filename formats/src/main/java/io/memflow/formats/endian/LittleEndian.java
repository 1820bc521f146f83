package io.memflow.formats.endian;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads little-endian integers at any byte offset. Callers check bounds first: an offset outside the segment ends in
 * {@link IndexOutOfBoundsException}. Thread-safe.
 */
public final class LittleEndian {
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    /** An unsigned 8-bit value. */
    public static int u8(MemorySegment segment, long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
    }

    /** An unsigned 16-bit value. */
    public static int u16(MemorySegment segment, long offset) {
        return segment.get(SHORT, offset) & 0xFFFF;
    }

    /** A signed 32-bit value. */
    public static int s32(MemorySegment segment, long offset) {
        return segment.get(INT, offset);
    }

    /** An unsigned 32-bit value. */
    public static long u32(MemorySegment segment, long offset) {
        return segment.get(INT, offset) & 0xFFFF_FFFFL;
    }

    /** A 64-bit value. */
    public static long u64(MemorySegment segment, long offset) {
        return segment.get(LONG, offset);
    }
}
