package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Arrays of primitives in the byte order of a view, each transferred as one request. */
final class PrimitiveArrays {
    private PrimitiveArrays() {}

    /**
     * Fills an array.
     *
     * @param array the segment of a Java array
     * @param unit bytes of one element
     */
    static void read(TypedAccess view, long address, MemorySegment array, int unit) {
        view.read(address, array);
        if (view.properties().byteOrder() != ByteOrder.nativeOrder()) {
            reverse(array, unit);
        }
    }

    /** Writes an array, which keeps its contents. */
    static void write(TypedAccess view, long address, MemorySegment array, int unit) {
        if (view.properties().byteOrder() == ByteOrder.nativeOrder()) {
            view.write(address, array);
            return;
        }
        MemorySegment swapped = MemorySegment.ofArray(array.toArray(ValueLayout.JAVA_BYTE));
        reverse(swapped, unit);
        view.write(address, swapped);
    }

    /** Reverses the bytes of each element. */
    private static void reverse(MemorySegment array, int unit) {
        switch (unit) {
            case Short.BYTES -> reverseShorts(array);
            case Integer.BYTES -> reverseInts(array);
            case Long.BYTES -> reverseLongs(array);
            default -> throw new IllegalArgumentException("an element has 2, 4 or 8 bytes, not " + unit);
        }
    }

    private static void reverseShorts(MemorySegment array) {
        for (long at = 0; at < array.byteSize(); at += Short.BYTES) {
            array.set(ScalarLayout.SHORT_LITTLE, at, array.get(ScalarLayout.SHORT_BIG, at));
        }
    }

    private static void reverseInts(MemorySegment array) {
        for (long at = 0; at < array.byteSize(); at += Integer.BYTES) {
            array.set(ScalarLayout.INT_LITTLE, at, array.get(ScalarLayout.INT_BIG, at));
        }
    }

    private static void reverseLongs(MemorySegment array) {
        for (long at = 0; at < array.byteSize(); at += Long.BYTES) {
            array.set(ScalarLayout.LONG_LITTLE, at, array.get(ScalarLayout.LONG_BIG, at));
        }
    }
}
