package io.memflow.formats.ksymtab;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes kernel images with a table of exported symbols: names, then the table. The value of each name lies 16 bytes behind
 * that of the one before.
 *
 * @param count how many names
 * @param isRelative whether entries hold distances from their own places, not pointers
 * @param fields of an entry
 * @param pointerBytes 4 or 8
 */
public record ExportedImage(int count, boolean isRelative, int fields, int pointerBytes) {
    static final int VALUES = 0x400;

    private static final long BASE_64 = 0xFFFF_FFFF_8100_0000L;
    private static final long BASE_32 = 0xC100_0000L;
    private static final int STRINGS = 0x40;
    private static final int ALIGNMENT = 16;

    /** Virtual address of the first byte. */
    public long base() {
        return pointerBytes == Long.BYTES ? BASE_64 : BASE_32;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(List.of("init_task"));
        for (int i = 1; i < count; i++) {
            names.add("exported_%04d".formatted(i));
        }
        Collections.sort(names);
        return names;
    }

    public byte[] bytes() {
        List<String> names = names();
        int field = isRelative ? Integer.BYTES : pointerBytes;
        int letters = names.stream().mapToInt(name -> name.length() + 1).sum();
        int table = STRINGS + letters + ALIGNMENT & -ALIGNMENT;
        byte[] bytes = new byte[table + count * field * fields + ALIGNMENT];
        MemorySegment image = MemorySegment.ofArray(bytes);
        int text = STRINGS;
        int entry = table;
        int value = VALUES;
        for (String name : names) {
            byte[] characters = name.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(characters, 0, bytes, text, characters.length);
            put(image, entry, value);
            put(image, entry + field, text);
            text += characters.length + 1;
            entry += field * fields;
            value += 16;
        }
        return bytes;
    }

    private void put(MemorySegment image, int at, int place) {
        if (isRelative) {
            image.set(LittleEndian.INT, at, place - at);
        } else if (pointerBytes == Long.BYTES) {
            image.set(LittleEndian.LONG, at, base() + place);
        } else {
            image.set(LittleEndian.INT, at, (int) (base() + place));
        }
    }
}
