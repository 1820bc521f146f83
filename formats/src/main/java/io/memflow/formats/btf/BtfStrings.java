package io.memflow.formats.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The string section: NUL-terminated names, addressed by byte offset. Offset 0 is the empty name. That of a module begins
 * where the kernel's ends. Immutable.
 */
final class BtfStrings {
    /** The kernel refuses longer names (KSYM_NAME_LEN is 512). */
    private static final int MAX_NAME_BYTES = 1024;

    private final byte[] bytes;
    private final @Nullable BtfStrings base;
    /** Offset of the first byte here: the length of the base. */
    private final int first;

    BtfStrings(MemorySegment blob, BtfHeader header) {
        this(blob, header, null);
        // As every whole section has it.
        bytes[0] = 0;
    }

    /** @param base the section that this one continues */
    BtfStrings(MemorySegment blob, BtfHeader header, @Nullable BtfStrings base) {
        this.base = base;
        first = base == null ? 0 : base.length();
        bytes = new byte[header.stringsLength()];
        MemorySegment.copy(blob, ValueLayout.JAVA_BYTE, header.stringsOffset(), bytes, 0, bytes.length);
        // Names of a damaged one must end too.
        bytes[bytes.length - 1] = 0;
    }

    /** Number of bytes, which every valid offset is below. */
    int length() {
        return first + bytes.length;
    }

    /** Hash of a name in this section, equal to {@link #hash(byte[])} of the same name. */
    int hash(int offset) {
        if (base != null && offset < first) {
            return base.hash(offset);
        }
        int hash = 0;
        int start = offset - first;
        int limit = Math.min(bytes.length, start + MAX_NAME_BYTES);
        for (int index = start; index < limit && bytes[index] != 0; index++) {
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
        if (base != null && offset < first) {
            return base.equals(offset, name);
        }
        int start = offset - first;
        if (bytes.length - start <= name.length || bytes[start + name.length] != 0) {
            return false;
        }
        for (int index = 0; index < name.length; index++) {
            if (bytes[start + index] != name[index]) {
                return false;
            }
        }
        return true;
    }

    String get(int offset) {
        if (base != null && offset < first) {
            return base.get(offset);
        }
        int start = offset - first;
        int end = start;
        while (bytes[end] != 0) {
            end++;
        }
        if (end - start > MAX_NAME_BYTES) {
            throw BtfHeader.malformed(
                    offset, "a name of %d bytes in the string section is no identifier".formatted(end - start));
        }
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    static byte[] encode(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
