package io.memflow.formats.crashdump;

import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * An exception ({@code EXCEPTION_RECORD32/64}). Immutable.
 *
 * @param code such as 0xC0000005, an access violation
 * @param flags 1 when it cannot be continued
 * @param address virtual address of the instruction
 * @param parameters what belongs to the code, at most 15
 */
public record ExceptionRecord(long code, long flags, long address, List<Long> parameters) {
    /** Bytes of the record of a 64-bit system, which minidumps use for all. */
    public static final int BYTES_64 = 152;

    private static final int MOST_PARAMETERS = 15;

    public ExceptionRecord {
        parameters = List.copyOf(parameters);
    }

    /**
     * Decodes a record.
     *
     * @param bytes at least as many as the record takes
     */
    public static ExceptionRecord decode(MemorySegment bytes, PointerWidth width) {
        boolean isWide = width == PointerWidth.BITS_64;
        int first = isWide ? 32 : 20;
        long count = Math.min(LittleEndian.u32(bytes, isWide ? 24 : 16), MOST_PARAMETERS);
        List<Long> parameters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parameters.add(isWide ? LittleEndian.u64(bytes, first + 8L * i) : LittleEndian.u32(bytes, first + 4L * i));
        }
        return new ExceptionRecord(
                LittleEndian.u32(bytes, 0),
                LittleEndian.u32(bytes, 4),
                isWide ? LittleEndian.u64(bytes, 16) : LittleEndian.u32(bytes, 12),
                parameters);
    }
}
