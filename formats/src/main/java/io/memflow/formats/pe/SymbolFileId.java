package io.memflow.formats.pe;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Locale;

/** The GUID that ties an image and its symbol file together, as text. Stateless. */
public final class SymbolFileId {
    public static final int BYTES = 16;

    private SymbolFileId() {}

    /** Its sixteen bytes in upper-case hexadecimal with dashes, the first three numbers in their own order. */
    public static String format(byte[] bytes) {
        MemorySegment guid = MemorySegment.ofArray(bytes);
        HexFormat hex = HexFormat.of().withUpperCase();
        byte[] rest = guid.asSlice(8, 8).toArray(ValueLayout.JAVA_BYTE);
        return "%08X-%04X-%04X-%s-%s"
                .formatted(
                        LittleEndian.s32(guid, 0),
                        LittleEndian.u16(guid, 4),
                        LittleEndian.u16(guid, 6),
                        hex.formatHex(rest, 0, 2),
                        hex.formatHex(rest, 2, 8));
    }

    /** The name under which symbol servers keep a file: the GUID's digits, then the age in hexadecimal. */
    public static String storeKey(String guid, long age) {
        return guid.replace("-", "") + Long.toHexString(age).toUpperCase(Locale.ROOT);
    }

    /**
     * The sixteen bytes of a text that {@link #format} gave.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static byte[] parse(String guid) {
        byte[] bytes = HexFormat.of().parseHex(guid.replace("-", ""));
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("\"" + guid + "\" is no GUID");
        }
        MemorySegment numbers = MemorySegment.ofArray(bytes);
        numbers.set(LittleEndian.INT, 0, Integer.reverseBytes(LittleEndian.s32(numbers, 0)));
        for (int at = Integer.BYTES; at < Long.BYTES; at += Short.BYTES) {
            numbers.set(LittleEndian.SHORT, at, Short.reverseBytes((short) LittleEndian.u16(numbers, at)));
        }
        return bytes;
    }
}
