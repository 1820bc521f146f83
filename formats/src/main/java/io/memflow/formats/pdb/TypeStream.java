package io.memflow.formats.pdb;

import java.util.Arrays;

/**
 * The records of the type stream (TPI) or the id stream (IPI) by their index (LLVM documentation, "The PDB TPI and IPI
 * Streams"). Keeps the place of each record, four bytes, and nothing of its contents. Immutable.
 */
final class TypeStream {
    /** Numbers below are basic types, which have no records. */
    static final int FIRST_RECORD = 0x1000;

    private static final int HEADER = 56;
    /** Length and kind. */
    private static final int PREFIX = 4;

    private final MsfStream stream;
    private final int first;
    private final int[] places;

    private TypeStream(MsfStream stream, int first, int[] places) {
        this.stream = stream;
        this.first = first;
        this.places = places;
    }

    static TypeStream parse(MsfStream stream) {
        long headerBytes = stream.u32(4);
        int first = stream.s32(8);
        long count = stream.u32(12) - Integer.toUnsignedLong(first);
        long recordBytes = stream.u32(16);
        if (headerBytes < HEADER || headerBytes > stream.bytes() || recordBytes > stream.bytes() - headerBytes) {
            throw PdbLimits.malformed(
                    4, "type records of %d bytes in a stream of %d".formatted(recordBytes, stream.bytes()));
        }
        if (first < FIRST_RECORD || count < 0 || count > recordBytes / PREFIX || stream.bytes() > Integer.MAX_VALUE) {
            throw PdbLimits.malformed(8, "%d types from 0x%x on in %d bytes".formatted(count, first, recordBytes));
        }
        int[] places = new int[(int) count];
        long at = headerBytes;
        long end = headerBytes + recordBytes;
        for (int i = 0; i < places.length; i++) {
            int length = at + PREFIX <= end ? stream.u16(at) : 0;
            if (length < Short.BYTES || length > end - at - Short.BYTES) {
                throw PdbLimits.malformed(at, "a type record of %d bytes".formatted(length));
            }
            places[i] = (int) at;
            at += Short.BYTES + length;
        }
        return new TypeStream(stream, first, places);
    }

    /** A stream without records. */
    static TypeStream empty(MsfStream any) {
        return new TypeStream(any, FIRST_RECORD, new int[0]);
    }

    MsfStream stream() {
        return stream;
    }

    /** The first index that has a record. */
    int first() {
        return first;
    }

    /** The index after the last that has a record. */
    int end() {
        return first + places.length;
    }

    boolean has(int index) {
        return index >= first && index - first < places.length;
    }

    private int place(int index) {
        if (!has(index)) {
            throw PdbLimits.malformed(
                    0, "type 0x%x is none of those from 0x%x to 0x%x".formatted(index, first, end() - 1));
        }
        return places[index - first];
    }

    int kind(int index) {
        return stream.u16(place(index) + Short.BYTES);
    }

    /** A reader at the first field of a record. */
    TypeCursor open(int index) {
        int place = place(index);
        return new TypeCursor(stream, place + PREFIX, place + Short.BYTES + (long) stream.u16(place));
    }

    /** How many records there are of each kind, for a kind of up to 16 bits. */
    int[] census() {
        int[] counts = new int[1 << Short.SIZE];
        Arrays.stream(places).forEach(place -> counts[stream.u16(place + Short.BYTES)]++);
        return counts;
    }
}
