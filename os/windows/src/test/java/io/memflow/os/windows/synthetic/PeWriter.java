package io.memflow.os.windows.synthetic;

import io.memflow.formats.pe.SymbolFileId;
import io.memflow.os.windows.structure.WindowsArchitecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a PE image as a loader lays it out (PE Format: COFF file header, optional header, section table, export and debug
 * directories). Addresses are relative to its base. Confined.
 */
final class PeWriter {
    static final int MACHINE_X86 = 0x14C;
    static final int MACHINE_X64 = 0x8664;
    static final int MACHINE_ARM64 = 0xAA64;
    /** Characteristics of sections: code or data, and what may be done with them. */
    static final int CODE = 0x6000_0020;

    static final int READ = 0x4000_0040;
    static final int WRITE = 0xC000_0040;

    private static final int PAGE = SyntheticRam.PAGE;
    private static final int PLACE = 0xF8;
    private static final int DIRECTORIES = 16;

    private final ByteBuffer image;
    private final boolean isWide;
    private final int optional;
    private final String name;
    private final Map<String, Integer> exports = new TreeMap<>();
    private final List<byte[]> sections = new ArrayList<>();

    /**
     * An image without sections.
     *
     * @param name it gives itself
     * @param machine what it runs on, such as {@link #MACHINE_X86}
     * @param base where it lies
     * @param size bytes it takes in memory ({@code SizeOfImage})
     * @param kept bytes of it that are written; the rest is not in memory
     * @param entry where it is started; 0 for nowhere
     */
    PeWriter(String name, int machine, long base, int size, int kept, int entry) {
        this.name = name;
        isWide = machine != MACHINE_X86;
        image = ByteBuffer.allocate(kept).order(ByteOrder.LITTLE_ENDIAN);
        optional = PLACE + 24;
        boolean isLibrary = !name.endsWith(".exe");
        image.putShort(0, (short) 0x5A4D).putInt(0x3C, PLACE);
        image.put(0x4E, "This program cannot be run in DOS mode.".getBytes(StandardCharsets.US_ASCII));
        image.putInt(PLACE, 0x4550).putShort(PLACE + 4, (short) machine).putInt(PLACE + 8, timestamp(name, size));
        image.putShort(PLACE + 20, (short) (isWide ? 0xF0 : 0xE0));
        image.putShort(PLACE + 22, (short) ((isLibrary ? 0x2000 : 0) | (isWide ? 0x22 : 0x102)));
        image.putShort(optional, (short) (isWide ? 0x20B : 0x10B)).putInt(optional + 16, entry);
        if (isWide) {
            image.putLong(optional + 24, base);
        } else {
            image.putInt(optional + 28, (int) base);
        }
        image.putInt(optional + 32, PAGE).putInt(optional + 36, 0x200);
        image.putInt(optional + 56, size).putInt(optional + 60, 0x600);
        image.putShort(optional + 68, (short) 2).putShort(optional + 70, (short) 0x140);
        image.putInt(directories() - 4, DIRECTORIES);
    }

    /** The number of a processor in headers. */
    static int machine(WindowsArchitecture architecture) {
        return switch (architecture) {
            case X86, X86_PAE -> MACHINE_X86;
            case X64 -> MACHINE_X64;
            case ARM64 -> MACHINE_ARM64;
        };
    }

    /** Seconds since 1970 that differ from image to image. */
    static int timestamp(String name, int size) {
        return 0x4A00_0000 + (name.hashCode() * 31 + size & 0xFF_FFFF);
    }

    private int directories() {
        return optional + (isWide ? 112 : 96);
    }

    PeWriter subsystem(int subsystem) {
        image.putShort(optional + 68, (short) subsystem);
        return this;
    }

    PeWriter section(String sectionName, int address, int bytes, int characteristics) {
        ByteBuffer header = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        header.put(0, sectionName.getBytes(StandardCharsets.US_ASCII));
        header.putInt(8, bytes)
                .putInt(12, address)
                .putInt(16, bytes + 0x1FF & -0x200)
                .putInt(20, address);
        header.putInt(36, characteristics);
        sections.add(header.array());
        return this;
    }

    PeWriter export(String symbol, int address) {
        exports.put(symbol, address);
        return this;
    }

    PeWriter bytes(int address, byte[] content) {
        image.put(address, content);
        return this;
    }

    /** Writes the export directory. */
    PeWriter exportsAt(int address) {
        int count = exports.size();
        int functions = address + 40;
        int names = functions + 4 * count;
        int ordinals = names + 4 * count;
        int text = ordinals + 2 * count;
        image.putInt(address + 4, timestamp(name, count))
                .putInt(address + 12, text)
                .putInt(address + 16, 1);
        image.putInt(address + 20, count).putInt(address + 24, count);
        image.putInt(address + 28, functions).putInt(address + 32, names).putInt(address + 36, ordinals);
        text = text(text, name);
        int at = 0;
        for (Map.Entry<String, Integer> export : exports.entrySet()) {
            image.putInt(functions + 4 * at, export.getValue()).putInt(names + 4 * at, text);
            image.putShort(ordinals + 2 * at, (short) at);
            text = text(text, export.getKey());
            at++;
        }
        image.putInt(directories(), address).putInt(directories() + 4, text - address);
        return this;
    }

    private int text(int address, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
        image.put(address, bytes);
        return address + bytes.length + 1;
    }

    /** Writes the debug directory with one CodeView record ({@code RSDS}). */
    PeWriter debugAt(int address, SyntheticWindows.SymbolFile pdb) {
        int record = address + 28;
        int length = 24 + pdb.name().length() + 1;
        image.putInt(address + 12, 2).putInt(address + 16, length).putInt(address + 20, record);
        image.putInt(address + 24, record);
        image.putInt(record, 0x5344_5352).put(record + 4, SymbolFileId.parse(pdb.guid()));
        image.putInt(record + 20, pdb.age());
        text(record + 24, pdb.name());
        image.putInt(directories() + 6 * 8, address).putInt(directories() + 6 * 8 + 4, 28);
        return this;
    }

    /** The image. */
    byte[] build() {
        image.putShort(PLACE + 6, (short) sections.size());
        int at = optional + (isWide ? 0xF0 : 0xE0);
        for (byte[] section : sections) {
            image.put(at, section);
            at += section.length;
        }
        return image.array();
    }
}
