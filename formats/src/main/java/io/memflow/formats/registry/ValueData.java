package io.memflow.formats.registry;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;

/**
 * A value's bytes, as far as they are there; long ones lie in segments ({@code _CM_BIG_DATA}).
 *
 * @param bytes its first bytes
 * @param fault why there are no more; empty when those are all
 */
record ValueData(MemorySegment bytes, String fault) {
    static final ValueData EMPTY = new ValueData(MemorySegment.ofArray(new byte[0]), "");
    /** Bytes of a value in each segment but the last ({@code CM_KEY_VALUE_BIG}). */
    private static final int SEGMENT = 16344;
    /** {@code db}. */
    private static final int SIGNATURE = 0x6264;

    private static final int HEADER = 8;

    /** All or the first of a value's bytes. */
    static ValueData of(MemorySegment there, long length) {
        return there.byteSize() >= length
                ? new ValueData(there.asSlice(0, length), "")
                : new ValueData(there, "there are %d bytes of %d".formatted(there.byteSize(), length));
    }

    /**
     * Reads them.
     *
     * @param length bytes, no more than the hive has
     */
    static ValueData read(CellSource cells, int index, long length, BaseBlock base) {
        MemorySegment cell = cells.cell(index);
        boolean isDivided = length > SEGMENT
                && base.hasBigData()
                && cell.byteSize() < length
                && cell.byteSize() >= HEADER
                && LittleEndian.u16(cell, 0) == SIGNATURE;
        return isDivided ? divided(cells, cell, length) : of(cell, length);
    }

    private static ValueData divided(CellSource cells, MemorySegment cell, long length) {
        int count = LittleEndian.u16(cell, 2);
        MemorySegment list = cells.cell(LittleEndian.s32(cell, 4));
        long room = Math.min(count, list.byteSize() / Integer.BYTES);
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) Math.min(length, room * SEGMENT)]);
        long done = 0;
        for (int segment = 0; segment < room && done < bytes.byteSize(); segment++) {
            long wanted = Math.min(SEGMENT, bytes.byteSize() - done);
            MemorySegment part;
            try {
                part = cells.cell(LittleEndian.s32(list, (long) segment * Integer.BYTES));
            } catch (MemflowException damaged) {
                return new ValueData(
                        bytes.asSlice(0, done), "segment %d of %d: %s".formatted(segment, count, damaged.getMessage()));
            }
            long there = Math.min(wanted, part.byteSize());
            MemorySegment.copy(part, 0, bytes, done, there);
            done += there;
            if (there < wanted) {
                return of(bytes.asSlice(0, done), length);
            }
        }
        return of(bytes.asSlice(0, done), length);
    }
}
