package io.memflow.formats.dwarf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of one unit (DWARF 5, section 7.5.1). Immutable.
 *
 * @param start offset of the header in {@code .debug_info}
 * @param end offset of the first byte behind the unit
 * @param version 2 to 5
 * @param offsetBytes 4 or 8: bytes of references to other sections
 * @param addressBytes bytes of an address of the target
 * @param abbreviations offset of its abbreviations
 * @param firstEntry offset of its first entry
 */
record Unit(long start, long end, int version, int offsetBytes, int addressBytes, long abbreviations, long firstEntry) {
    /** {@code unit_length} that says the real one follows in 64 bits, and where reserved values begin (section 7.4). */
    private static final long WIDE = 0xFFFF_FFFFL;

    private static final long RESERVED = 0xFFFF_FFF0L;

    private static final int DW_UT_TYPE = 2;
    private static final int DW_UT_SKELETON = 4;
    private static final int DW_UT_SPLIT_COMPILE = 5;
    private static final int DW_UT_SPLIT_TYPE = 6;

    private static final int MOST_UNITS = 1 << 20;

    /** The headers of all units, ascending. */
    static List<Unit> all(MemorySegment info) {
        List<Unit> units = new ArrayList<>();
        Cursor cursor = new Cursor(info, ".debug_info");
        while (!cursor.isAtEnd()) {
            if (units.size() == MOST_UNITS) {
                throw Cursor.malformed(cursor.position(), "more than %d units".formatted(MOST_UNITS));
            }
            Unit unit = read(cursor);
            if (unit.end > info.byteSize()) {
                throw Cursor.malformed(unit.start, "a unit reaches beyond the end of .debug_info");
            }
            units.add(unit);
            cursor.moveTo(unit.end);
        }
        return List.copyOf(units);
    }

    private static Unit read(Cursor cursor) {
        long start = cursor.position();
        long length = cursor.u32();
        int offsetBytes = Integer.BYTES;
        if (length == WIDE) {
            length = cursor.u64();
            offsetBytes = Long.BYTES;
        } else if (length >= RESERVED) {
            throw Cursor.malformed(start, "a unit of reserved length 0x%x".formatted(length));
        }
        long end = cursor.position() + length;
        if (length < 0 || end < 0) {
            throw Cursor.malformed(start, "a unit of %d bytes".formatted(length));
        }
        int version = cursor.u16();
        if (version < 2 || version > 5) {
            throw Cursor.malformed(start, "version %d of DWARF; 2 to 5 are supported".formatted(version));
        }
        int kind = version == 5 ? cursor.u8() : 0;
        int addressBytes = version == 5 ? cursor.u8() : 0;
        long abbreviations = cursor.offset(offsetBytes);
        addressBytes = version == 5 ? addressBytes : cursor.u8();
        switch (kind) {
            case DW_UT_TYPE, DW_UT_SPLIT_TYPE -> cursor.skip(Long.BYTES + (long) offsetBytes);
            case DW_UT_SKELETON, DW_UT_SPLIT_COMPILE -> cursor.skip(Long.BYTES);
            default -> {
                // Other units have no more in their headers.
            }
        }
        if (addressBytes != Integer.BYTES && addressBytes != Long.BYTES) {
            throw Cursor.malformed(start, "addresses of %d bytes".formatted(addressBytes));
        }
        return new Unit(start, end, version, offsetBytes, addressBytes, abbreviations, cursor.position());
    }
}
