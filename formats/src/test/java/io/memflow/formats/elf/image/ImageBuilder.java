package io.memflow.formats.elf.image;

import io.memflow.formats.elf.ElfWidth;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes small shared libraries of either class as they lie in memory, each table in a page of its own: headers and notes,
 * dynamic section, symbols, strings, hash table, relocations, versions, section headers.
 */
final class ImageBuilder {
    static final int DYNAMIC = 0x1000;
    static final int SYMBOLS = 0x2000;
    static final int STRINGS = 0x3000;
    static final int HASH = 0x4000;
    static final int RELOCATIONS = 0x5000;
    static final int VERSIONS = 0x6000;
    static final int SECTIONS = 0x7000;
    static final int SIZE = 0x8000;

    /** Which hash table a library has. */
    enum Hash {
        SYSTEM_V,
        GNU,
        NONE
    }

    private final ElfWidth width;
    private final Hash hash;
    private final ByteBuffer image = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<String, Integer> names = new LinkedHashMap<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private int stringBytes = 1;

    private record Symbol(String name, int info, int section, long value, long size, int version) {}

    ImageBuilder(ElfWidth width, Hash hash) {
        this.width = width;
        this.hash = hash;
    }

    /** A symbol that another library has, of binding GLOBAL. */
    ImageBuilder imported(String name, int version) {
        symbols.addFirst(new Symbol(name, 0x12, 0, 0, 0, version));
        return this;
    }

    /** A function of this library. */
    ImageBuilder exported(String name, long value, long size, int version) {
        symbols.add(new Symbol(name, 0x12, 5, value, size, version));
        return this;
    }

    /** Any symbol. */
    ImageBuilder symbol(String name, int info, int section, long value) {
        symbols.add(new Symbol(name, info, section, value, 4, 1));
        return this;
    }

    MemorySegment build() {
        header();
        List<Long> tags = new ArrayList<>();
        add(tags, 5, STRINGS);
        add(tags, 6, SYMBOLS);
        add(tags, 14, string("libmade.so.1"));
        add(tags, 1, string("libother.so"));
        symbolTable();
        hashTable(tags);
        relocations(tags);
        versions(tags);
        sections();
        names.forEach((name, at) -> put(STRINGS + at, name));
        add(tags, 10, stringBytes);
        add(tags, 0, 0);
        for (int i = 0; i < tags.size(); i++) {
            word(DYNAMIC + i * width.wordBytes(), tags.get(i));
        }
        return MemorySegment.ofArray(image.array());
    }

    private static void add(List<Long> tags, long tag, long value) {
        tags.add(tag);
        tags.add(value);
    }

    private int string(String text) {
        Integer known = names.get(text);
        if (known != null) {
            return known;
        }
        int at = stringBytes;
        names.put(text, at);
        stringBytes += text.length() + 1;
        return at;
    }

    private void put(int at, String text) {
        image.put(at, text.getBytes(StandardCharsets.UTF_8));
    }

    private void word(int at, long value) {
        if (width == ElfWidth.BITS_64) {
            image.putLong(at, value);
        } else {
            image.putInt(at, (int) value);
        }
    }

    private void header() {
        boolean wide = width == ElfWidth.BITS_64;
        int word = width.wordBytes();
        image.putInt(0, 0x464C457F).put(4, (byte) (wide ? 2 : 1)).put(5, (byte) 1);
        image.putShort(16, (short) 3).putShort(18, (short) (wide ? 62 : 3));
        word(24, 0x500);
        word(24 + word, width.headerBytes());
        word(24 + 2 * word, SECTIONS);
        int counts = 24 + 3 * word + 6;
        image.putShort(counts, (short) width.programHeaderBytes()).putShort(counts + 2, (short) 3);
        image.putShort(counts + 4, (short) width.sectionHeaderBytes()).putShort(counts + 6, (short) 3);
        image.putShort(counts + 8, (short) 2);
        segment(0, 1, 5, 0, SIZE);
        segment(1, 2, 6, DYNAMIC, 0x200);
        segment(2, 4, 4, 0x400, 36);
        image.putInt(0x400, 4).putInt(0x404, 20).putInt(0x408, 3).putInt(0x40C, 0x554E47);
        for (int i = 0; i < 20; i++) {
            image.put(0x410 + i, (byte) i);
        }
    }

    private void segment(int index, int type, int flags, int at, int bytes) {
        boolean wide = width == ElfWidth.BITS_64;
        int word = width.wordBytes();
        int header = width.headerBytes() + index * width.programHeaderBytes();
        image.putInt(header, type).putInt(header + (wide ? 4 : 24), flags);
        int places = header + (wide ? 8 : 4);
        word(places, at);
        word(places + word, at);
        word(places + 3 * word, bytes);
        word(places + 4 * word, bytes);
    }

    private void symbolTable() {
        boolean wide = width == ElfWidth.BITS_64;
        for (int i = 0; i < symbols.size(); i++) {
            Symbol symbol = symbols.get(i);
            int at = SYMBOLS + (i + 1) * width.symbolBytes();
            image.putInt(at, string(symbol.name));
            image.put(at + (wide ? 4 : 12), (byte) symbol.info);
            image.putShort(at + (wide ? 6 : 14), (short) symbol.section);
            word(at + (wide ? 8 : 4), symbol.value);
            word(at + (wide ? 16 : 8), symbol.size);
        }
    }

    private void hashTable(List<Long> tags) {
        int count = symbols.size() + 1;
        switch (hash) {
            case SYSTEM_V -> {
                image.putInt(HASH, 1).putInt(HASH + 4, count);
                add(tags, 4, HASH);
            }
            case GNU -> {
                int first = 1
                        + (int) symbols.stream()
                                .filter(symbol -> symbol.section == 0)
                                .count();
                int bucket = HASH + 16 + width.wordBytes();
                image.putInt(HASH, 1).putInt(HASH + 4, first).putInt(HASH + 8, 1);
                if (first < count) {
                    image.putInt(bucket, first);
                    image.putInt(bucket + 4 + (count - 1 - first) * 4, 1);
                }
                add(tags, 0x6fff_fef5L, HASH);
            }
            case NONE -> {}
        }
    }

    /** A slot for each import, behind the relocations. */
    private void relocations(List<Long> tags) {
        boolean wide = width == ElfWidth.BITS_64;
        int bytes = 0;
        int stride = (wide ? 3 : 2) * width.wordBytes();
        for (int i = 0; i < symbols.size(); i++) {
            if (symbols.get(i).section == 0) {
                int at = RELOCATIONS + bytes;
                word(at, RELOCATIONS + 0x800 + i * 8);
                long index = i + 1L;
                word(at + width.wordBytes(), wide ? index << 32 | 7 : index << 8 | 7);
                bytes += stride;
            }
        }
        add(tags, 23, RELOCATIONS);
        add(tags, 2, bytes);
        add(tags, 20, wide ? 7 : 17);
    }

    /** Version 2 is defined here, 3 is asked of another library. */
    private void versions(List<Long> tags) {
        for (int i = 0; i < symbols.size(); i++) {
            image.putShort(VERSIONS + (i + 1) * 2, (short) symbols.get(i).version);
        }
        int defined = VERSIONS + 0x400;
        image.putShort(defined, (short) 1).putShort(defined + 4, (short) 2).putShort(defined + 6, (short) 1);
        image.putInt(defined + 12, 20).putInt(defined + 20, string("MADE_1"));
        int needed = VERSIONS + 0x800;
        image.putShort(needed, (short) 1).putShort(needed + 2, (short) 1);
        image.putInt(needed + 4, string("libother.so")).putInt(needed + 8, 16);
        image.putShort(needed + 16 + 6, (short) 3).putInt(needed + 16 + 8, string("OTHER_2"));
        add(tags, 0x6fff_fff0L, VERSIONS);
        add(tags, 0x6fff_fffcL, defined);
        add(tags, 0x6fff_fffdL, 1);
        add(tags, 0x6fff_fffeL, needed);
        add(tags, 0x6fff_ffffL, 1);
    }

    /** A section of code and the one with the names. */
    private void sections() {
        put(SECTIONS + 0x400, "\0.text\0.shstrtab\0");
        int word = width.wordBytes();
        int text = SECTIONS + width.sectionHeaderBytes();
        image.putInt(text, 1).putInt(text + 4, 1);
        word(text + 8, 6);
        word(text + 8 + word, 0x500);
        word(text + 8 + 2 * word, 0x500);
        word(text + 8 + 3 * word, 0x100);
        int table = text + width.sectionHeaderBytes();
        image.putInt(table, 7).putInt(table + 4, 3);
        word(table + 8 + 2 * word, SECTIONS + 0x400);
        word(table + 8 + 3 * word, 17);
    }
}
