package io.memflow.formats.elf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes small core files the way QEMU lays them out: headers, then one note segment, then the memory. */
public final class CoreFileBuilder {
    private static final int EHDR = 64;
    private static final int SHDR = 64;

    /** A file without segments. */
    public CoreFileBuilder() {}

    private record Load(long physicalAddress, long virtualAddress, ByteBuffer bytes, long memorySize) {}

    private record Note(String name, int type, ByteBuffer descriptor) {}

    private final List<Load> loads = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private boolean extendedNumbering;
    private int machine = ElfCore.EM_X86_64;
    private ElfWidth width = ElfWidth.BITS_64;

    public CoreFileBuilder load(long physicalAddress, byte[] bytes) {
        loads.add(new Load(physicalAddress, physicalAddress, ByteBuffer.wrap(bytes), bytes.length));
        return this;
    }

    public CoreFileBuilder sparse(long physicalAddress, long memorySize) {
        loads.add(new Load(physicalAddress, 0, ByteBuffer.allocate(0), memorySize));
        return this;
    }

    public CoreFileBuilder note(String name, int type, byte[] descriptor) {
        notes.add(new Note(name, type, ByteBuffer.wrap(descriptor)));
        return this;
    }

    public CoreFileBuilder machine(int value) {
        machine = value;
        return this;
    }

    /** The class of the file; QEMU writes narrow ones of 32-bit guests with less than 4 GiB. */
    public CoreFileBuilder width(ElfWidth value) {
        width = value;
        return this;
    }

    /** Stores the count of program headers in section header 0, as files with more than 65534 of them do. */
    public CoreFileBuilder withExtendedNumbering() {
        extendedNumbering = true;
        return this;
    }

    public byte[] build() {
        byte[] noteBytes = noteBytes();
        int count = loads.size() + 1;
        int tableOffset = EHDR + SHDR;
        int noteOffset = tableOffset + count * width.programHeaderBytes();
        int dataOffset = noteOffset + noteBytes.length;
        int size = dataOffset
                + loads.stream().mapToInt(load -> load.bytes().remaining()).sum();
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x464C457F).put((byte) width.pick(1, 2)).put((byte) 1).put((byte) 1);
        out.putShort(16, (short) 4).putShort(18, (short) machine);
        word(out, width.pick(28, 32), tableOffset);
        word(out, width.pick(32, 40), EHDR);
        // QEMU itself writes odd values into e_ehsize, so it stays 0 here.
        out.putShort(width.pick(42, 54), (short) width.programHeaderBytes());
        out.putShort(width.pick(44, 56), (short) (extendedNumbering ? 0xFFFF : count));
        out.putInt(EHDR + width.pick(28, 44), count);
        programHeader(out, tableOffset, 4, noteOffset, 0, 0, noteBytes.length, noteBytes.length);
        int entry = tableOffset + width.programHeaderBytes();
        int data = dataOffset;
        for (Load load : loads) {
            programHeader(
                    out,
                    entry,
                    1,
                    data,
                    load.virtualAddress(),
                    load.physicalAddress(),
                    load.bytes().remaining(),
                    load.memorySize());
            out.put(data, load.bytes(), 0, load.bytes().remaining());
            data += load.bytes().remaining();
            entry += width.programHeaderBytes();
        }
        out.put(noteOffset, noteBytes);
        return out.array();
    }

    MemorySegment segment() {
        return MemorySegment.ofArray(build());
    }

    private void programHeader(
            ByteBuffer out, int at, int type, long offset, long virtual, long physical, long fileSize, long memSize) {
        out.putInt(at, type);
        word(out, at + width.pick(4, 8), offset);
        word(out, at + width.pick(8, 16), virtual);
        word(out, at + width.pick(12, 24), physical);
        word(out, at + width.pick(16, 32), fileSize);
        word(out, at + width.pick(20, 40), memSize);
    }

    private void word(ByteBuffer out, int at, long value) {
        if (width == ElfWidth.BITS_64) {
            out.putLong(at, value);
        } else {
            out.putInt(at, (int) value);
        }
    }

    private byte[] noteBytes() {
        ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (Note note : notes) {
            byte[] name = (note.name() + "\0").getBytes(StandardCharsets.ISO_8859_1);
            out.putInt(name.length).putInt(note.descriptor().remaining()).putInt(note.type());
            out.put(name).position(out.position() + 3 & ~3);
            out.put(note.descriptor().duplicate()).position(out.position() + 3 & ~3);
        }
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    /** A QEMU note descriptor in which general register i holds 0x100+i, control register i 0x200+i. */
    public static byte[] qemuState(int size) {
        ByteBuffer out = ByteBuffer.allocate(440).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(1).putInt(size);
        for (int register = 0; register < 18; register++) {
            out.putLong(0x100 + register);
        }
        for (int segment = 0; segment < 10; segment++) {
            out.putInt(8 * segment).putInt(0xFFFF).putInt(0xAF9B00).putInt(0).putLong(0x1000L * segment);
        }
        for (int control = 0; control < 5; control++) {
            out.putLong(0x200 + control);
        }
        out.putLong(0xFFFF_8880_0000_0000L);
        byte[] bytes = new byte[size];
        out.get(0, bytes);
        return bytes;
    }
}
