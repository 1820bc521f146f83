package io.memflow.formats.btf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where the two sections of a blob lie ({@code struct btf_header}). Every instance lies within the segment it was read
 * from. Immutable.
 *
 * @param typesOffset byte offset of the type section from the start of the blob
 * @param typesLength its length in bytes, a multiple of 4
 * @param stringsOffset byte offset of the string section
 * @param stringsLength its length in bytes
 */
record BtfHeader(int typesOffset, int typesLength, int stringsOffset, int stringsLength) {
    static final String FORMAT = "BTF";

    private static final int HEADER_BYTES = 24;
    /** Magic 0xEB9F, version 1, no flags. */
    private static final int MAGIC_VERSION_FLAGS = 0x0001_EB9F;
    /** Headers grow when the format does; none is near this. */
    private static final int MAX_HEADER_BYTES = 4096;

    static BtfHeader parse(MemorySegment blob) {
        BtfHeader header = parseDamaged(blob);
        long end = header.blobLength();
        if (blob.get(ValueLayout.JAVA_BYTE, header.stringsOffset) != 0
                || blob.get(ValueLayout.JAVA_BYTE, end - 1) != 0) {
            throw malformed(header.stringsOffset, "the string section does not start and end with a zero byte");
        }
        return header;
    }

    /** As {@link #parse}, for a blob whose strings continue those of another one. */
    static BtfHeader parseSplit(MemorySegment blob) {
        BtfHeader header = parseDamaged(blob);
        if (blob.get(ValueLayout.JAVA_BYTE, header.blobLength() - 1L) != 0) {
            throw malformed(header.stringsOffset, "the string section does not end with a zero byte");
        }
        return header;
    }

    /** As {@link #parse}, for a blob whose sections may be damaged. */
    static BtfHeader parseDamaged(MemorySegment blob) {
        if (blob.byteSize() < HEADER_BYTES) {
            throw malformed(0, "a header takes %d bytes, only %d are there".formatted(HEADER_BYTES, blob.byteSize()));
        }
        // A bulk copy starts faster in a cold JVM than six typed reads.
        int[] words = new int[HEADER_BYTES / Integer.BYTES];
        MemorySegment.copy(blob, LittleEndian.INT, 0, words, 0, words.length);
        if (words[0] != MAGIC_VERSION_FLAGS) {
            throw malformed(
                    0,
                    "magic, version and flags are 0x%08x instead of 0x%08x".formatted(words[0], MAGIC_VERSION_FLAGS));
        }
        int headerLength = words[1];
        if (headerLength < HEADER_BYTES || headerLength > MAX_HEADER_BYTES || headerLength % Integer.BYTES != 0) {
            throw malformed(4, "a header of %d bytes".formatted(headerLength));
        }
        long typesOffset = headerLength + Integer.toUnsignedLong(words[2]);
        long typesLength = Integer.toUnsignedLong(words[3]);
        long stringsOffset = headerLength + Integer.toUnsignedLong(words[4]);
        long stringsLength = Integer.toUnsignedLong(words[5]);
        if (typesLength == 0 || typesLength % Integer.BYTES != 0 || typesOffset % Integer.BYTES != 0) {
            throw malformed(8, "a type section of %d bytes at offset %d".formatted(typesLength, typesOffset));
        }
        if (stringsLength == 0 || stringsOffset < typesOffset + typesLength) {
            throw malformed(16, "a string section of %d bytes at offset %d".formatted(stringsLength, stringsOffset));
        }
        long end = stringsOffset + stringsLength;
        if (end > blob.byteSize() || end > Integer.MAX_VALUE) {
            throw malformed(16, "the blob is %d bytes long, only %d are there".formatted(end, blob.byteSize()));
        }
        return new BtfHeader((int) typesOffset, (int) typesLength, (int) stringsOffset, (int) stringsLength);
    }

    /** Length of the whole blob in bytes. */
    int blobLength() {
        return stringsOffset + stringsLength;
    }

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
