package io.memflow.formats.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The string section: NUL-terminated names, addressed by byte offset. Offset 0 is the empty name. Immutable. */
final class BtfStrings {
    /** The kernel refuses longer names (KSYM_NAME_LEN is 512). */
    private static final int MAX_NAME_BYTES = 1024;

    private final byte[] bytes;

    BtfStrings(MemorySegment blob, BtfHeader header) {
        bytes = new byte[header.stringsLength()];
        MemorySegment.copy(blob, ValueLayout.JAVA_BYTE, header.stringsOffset(), bytes, 0, bytes.length);
        // As every whole section has it; names of a damaged one must end too.
        bytes[0] = 0;
        bytes[bytes.length - 1] = 0;
    }

    /** Number of bytes, which every valid offset is below. */
    int length() {
        return bytes.length;
    }

    /** Hash of a name in this section, equal to {@link #hash(byte[])} of the same name. */
    int hash(int offset) {
        int hash = 0;
        int limit = Math.min(bytes.length, offset + MAX_NAME_BYTES);
        for (int index = offset; index < limit && bytes[index] != 0; index++) {
            hash = 31 * hash + bytes[index];
        }
        return spread(hash);
    }

    static int hash(byte[] name) {
        int hash = 0;
        for (byte character : name) {
            hash = 31 * hash + character;
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 16;
    }

    /** Whether the name at the offset is exactly this one. */
    boolean equals(int offset, byte[] name) {
        if (bytes.length - offset <= name.length || bytes[offset + name.length] != 0) {
            return false;
        }
        for (int index = 0; index < name.length; index++) {
            if (bytes[offset + index] != name[index]) {
                return false;
            }
        }
        return true;
    }

    String get(int offset) {
        int end = offset;
        while (bytes[end] != 0) {
            end++;
        }
        if (end - offset > MAX_NAME_BYTES) {
            throw BtfHeader.malformed(
                    offset, "a name of %d bytes in the string section is no identifier".formatted(end - offset));
        }
        return new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
    }

    static byte[] encode(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
