package io.memflow.formats.dwarf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads a section from front to back, never beyond its end. Confined. */
final class Cursor {
    static final String FORMAT = "DWARF";

    /** A LEB128 of 64 bits takes ten bytes; some compilers pad. */
    private static final int LONGEST_LEB = 16;

    private final MemorySegment bytes;
    private final String section;
    private long position;

    Cursor(MemorySegment bytes, String section) {
        this.bytes = bytes;
        this.section = section;
    }

    long position() {
        return position;
    }

    void moveTo(long offset) {
        if (offset < 0 || offset > bytes.byteSize()) {
            throw malformed(position, "a place at 0x%x beyond %s".formatted(offset, section));
        }
        position = offset;
    }

    void skip(long count) {
        if (count < 0 || count > bytes.byteSize() - position) {
            throw malformed(position, "%d bytes reach beyond the end of %s".formatted(count, section));
        }
        position += count;
    }

    int u8() {
        if (position >= bytes.byteSize()) {
            throw malformed(position, section + " ends here");
        }
        return bytes.get(ValueLayout.JAVA_BYTE, position++) & 0xFF;
    }

    int u16() {
        long at = position;
        skip(Short.BYTES);
        return LittleEndian.u16(bytes, at);
    }

    long u24() {
        long low = u16();
        return low | (long) u8() << 16;
    }

    long u32() {
        long at = position;
        skip(Integer.BYTES);
        return LittleEndian.u32(bytes, at);
    }

    long u64() {
        long at = position;
        skip(Long.BYTES);
        return LittleEndian.u64(bytes, at);
    }

    /** 4 or 8 bytes. */
    long offset(int offsetBytes) {
        return offsetBytes == Long.BYTES ? u64() : u32();
    }

    long unsignedLeb() {
        long value = 0;
        for (int i = 0; i < LONGEST_LEB; i++) {
            int part = u8();
            if (i < 10) {
                value |= (long) (part & 0x7F) << (7 * i);
            }
            if (part < 0x80) {
                return value;
            }
        }
        throw malformed(position, "a number of more than %d bytes".formatted(LONGEST_LEB));
    }

    long signedLeb() {
        long value = 0;
        for (int i = 0; i < LONGEST_LEB; i++) {
            int part = u8();
            int shift = 7 * i;
            if (i < 10) {
                value |= (long) (part & 0x7F) << shift;
            }
            if (part < 0x80) {
                boolean isNegative = (part & 0x40) != 0 && shift + 7 < Long.SIZE;
                return isNegative ? value | (-1L << (shift + 7)) : value;
            }
        }
        throw malformed(position, "a number of more than %d bytes".formatted(LONGEST_LEB));
    }

    /** Passes over a text and its zero. */
    void skipText() {
        int read = u8();
        while (read != 0) {
            read = u8();
        }
    }

    boolean isAtEnd() {
        return position >= bytes.byteSize();
    }

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
