package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Unaligned scalar access in a stated byte order, and copies of few bytes. The layouts are constants so that the compiler folds them.
 * Stateless.
 */
public final class ScalarLayout {
    public static final ValueLayout.OfShort SHORT_LITTLE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfInt INT_LITTLE =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfLong LONG_LITTLE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    public static final ValueLayout.OfShort SHORT_BIG =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    public static final ValueLayout.OfInt INT_BIG = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    public static final ValueLayout.OfLong LONG_BIG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private ScalarLayout() {}

    /**
     * An unsigned value of 1, 2, 4 or 8 bytes.
     *
     * @throws IllegalArgumentException for any other size
     * @throws IndexOutOfBoundsException when it does not lie inside the segment
     */
    public static long get(MemorySegment segment, long offset, int bytes, ByteOrder order) {
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        return switch (bytes) {
            case 1 -> segment.get(ValueLayout.JAVA_BYTE, offset) & 0xFFL;
            case 2 -> segment.get(little ? SHORT_LITTLE : SHORT_BIG, offset) & 0xFFFFL;
            case 4 -> segment.get(little ? INT_LITTLE : INT_BIG, offset) & 0xFFFF_FFFFL;
            case 8 -> segment.get(little ? LONG_LITTLE : LONG_BIG, offset);
            default -> throw new IllegalArgumentException("a scalar has 1, 2, 4 or 8 bytes, not " + bytes);
        };
    }

    /**
     * Copies bytes between segments; words of 8 bytes by one load and one store, since a call for each would keep the
     * processor from waiting for several at once.
     *
     * @throws IndexOutOfBoundsException when they do not lie inside both segments
     */
    public static void copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length) {
        if (length == Long.BYTES) {
            to.set(LONG_LITTLE, toOffset, from.get(LONG_LITTLE, fromOffset));
        } else {
            MemorySegment.copy(from, fromOffset, to, toOffset, length);
        }
    }

    /**
     * Stores the low 1, 2, 4 or 8 bytes of a value.
     *
     * @throws IllegalArgumentException for any other size
     * @throws IndexOutOfBoundsException when they do not fit into the segment
     */
    public static void set(MemorySegment segment, long offset, int bytes, ByteOrder order, long value) {
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        switch (bytes) {
            case 1 -> segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
            case 2 -> segment.set(little ? SHORT_LITTLE : SHORT_BIG, offset, (short) value);
            case 4 -> segment.set(little ? INT_LITTLE : INT_BIG, offset, (int) value);
            case 8 -> segment.set(little ? LONG_LITTLE : LONG_BIG, offset, value);
            default -> throw new IllegalArgumentException("a scalar has 1, 2, 4 or 8 bytes, not " + bytes);
        }
    }
}
