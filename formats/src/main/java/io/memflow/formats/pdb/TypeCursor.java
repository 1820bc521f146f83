package io.memflow.formats.pdb;

/** Reads the fields of one type record, one behind the other. Confined. */
final class TypeCursor {
    private final MsfStream stream;
    private final long end;
    private long at;

    /**
     * @param at of the first byte
     * @param end of the record
     */
    TypeCursor(MsfStream stream, long at, long end) {
        this.stream = stream;
        this.at = at;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    long position() {
        return at;
    }

    long end() {
        return end;
    }

    private long take(int bytes) {
        if (bytes > end - at) {
            throw PdbLimits.malformed(at, "a type record ends within a field");
        }
        long place = at;
        at += bytes;
        return place;
    }

    int u8() {
        return stream.u8(take(1));
    }

    int u16() {
        return stream.u16(take(Short.BYTES));
    }

    int s32() {
        return stream.s32(take(Integer.BYTES));
    }

    private long s64() {
        long place = take(Long.BYTES);
        return stream.u32(place) | (long) stream.s32(place + Integer.BYTES) << Integer.SIZE;
    }

    void skip(int bytes) {
        take(bytes);
    }

    /** A number of the width that its first word names ({@code LF_NUMERIC}). */
    long number() {
        int kind = u16();
        if (kind < 0x8000) {
            return kind;
        }
        return switch (kind) {
            case 0x8000 -> (byte) u8();
            case 0x8001 -> (short) u16();
            case 0x8002 -> u16();
            case 0x8003 -> s32();
            case 0x8004 -> Integer.toUnsignedLong(s32());
            case 0x8009, 0x800A -> s64();
            case 0x8017, 0x8018 -> {
                long low = s64();
                skip(Long.BYTES);
                yield low;
            }
            default -> throw PdbLimits.malformed(at, "a number of the unknown kind 0x%x".formatted(kind));
        };
    }

    /** Text up to a zero byte or the end of the record. */
    String text() {
        String text = stream.text(at, end);
        skipText();
        return text;
    }

    /** Passes over a text and gives its length in bytes. */
    int skipText() {
        int length = stream.textBytes(at, end);
        at = Math.min(end, at + length + 1);
        return length;
    }

    /** Passes over the bytes that fill up to the next multiple of four: 0xF1 to 0xFF, which say how many are left. */
    void skipPadding() {
        while (at < end && stream.u8(at) >= 0xF0) {
            at += Math.max(1, stream.u8(at) & 0xF);
        }
        at = Math.min(at, end);
    }
}
