package io.memflow.formats.elf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sections of a little-endian ELF file, 32-bit or 64-bit (System V gABI, chapters "ELF Header" and "Sections").
 * Immutable.
 *
 * @param file the whole file; it must stay valid as long as this is used
 * @param machine {@code e_machine}
 * @param isRelocatable whether references between sections are still to be filled in ({@code ET_REL})
 * @param width whether fields are those of 32-bit or 64-bit files
 * @param sections in the order of their headers
 */
public record ElfSections(
        MemorySegment file, int machine, boolean isRelocatable, ElfWidth width, List<Section> sections) {
    private static final int LARGEST_HEADER = 64;
    private static final int ELFDATA2LSB = 1;
    private static final int ET_REL = 1;
    /** Kernels built with a section for each function have some 100,000. */
    private static final int MOST_SECTIONS = 1 << 20;

    private static final int LONGEST_NAME = 256;

    /** {@code sh_type}: no bytes in the file. */
    public static final int SHT_NOBITS = 8;

    /**
     * One section.
     *
     * @param index its place in the table
     * @param type {@code sh_type}
     * @param flags {@code sh_flags}
     * @param address virtual address when loaded
     * @param offset where it is in the file; its bytes lie within the file unless its type is {@code SHT_NOBITS}
     * @param size in bytes
     * @param link {@code sh_link}, the index of another section
     * @param info {@code sh_info}
     */
    public record Section(
            int index, String name, int type, long flags, long address, long offset, long size, int link, int info) {}

    /**
     * Reads the section headers.
     *
     * @throws MalformedDataException when it is no little-endian ELF file, has none, or they contradict the file's size
     */
    public static ElfSections parse(MemorySegment file) {
        if (!ElfHeader.hasMagic(file) || file.byteSize() < LARGEST_HEADER) {
            throw ElfHeader.malformed(0, "no ELF file");
        }
        int kind = LittleEndian.u8(file, 4);
        if ((kind != 1 && kind != 2) || LittleEndian.u8(file, 5) != ELFDATA2LSB) {
            throw ElfHeader.malformed(4, "only 32-bit and 64-bit little-endian files are supported");
        }
        ElfWidth width = kind == 2 ? ElfWidth.BITS_64 : ElfWidth.BITS_32;
        long table = width.word(file, width.pick(32, 40));
        int entryBytes = LittleEndian.u16(file, width.pick(46, 58));
        int headerBytes = width.pick(40, 64);
        if (table <= 0 || table > file.byteSize() - headerBytes || entryBytes < headerBytes) {
            throw ElfHeader.malformed(
                    width.pick(32, 40), "no section table: the file is cut off or was stripped of it");
        }
        // With 0xFF00 sections or more the counts are in section header 0 (SHN_XINDEX).
        long count = LittleEndian.u16(file, width.pick(48, 60));
        count = count != 0 ? count : width.word(file, table + width.pick(20, 32));
        long names = LittleEndian.u16(file, width.pick(50, 62));
        names = names != 0xFFFF ? names : LittleEndian.u32(file, table + width.pick(24, 40));
        if (count <= 0 || count > MOST_SECTIONS || count > (file.byteSize() - table) / entryBytes || names >= count) {
            throw ElfHeader.malformed(
                    table, "%d sections do not fit the file of %d bytes".formatted(count, file.byteSize()));
        }
        List<Section> unnamed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            unnamed.add(section(file, width, i, table + (long) i * entryBytes));
        }
        Section strings = unnamed.get((int) names);
        List<Section> sections = new ArrayList<>();
        for (Section one : unnamed) {
            long at = table + (long) one.index * entryBytes;
            String name = text(file, strings, LittleEndian.u32(file, at));
            sections.add(new Section(
                    one.index, name, one.type, one.flags, one.address, one.offset, one.size, one.link, one.info));
        }
        return new ElfSections(
                file, LittleEndian.u16(file, 18), LittleEndian.u16(file, 16) == ET_REL, width, List.copyOf(sections));
    }

    private static Section section(MemorySegment file, ElfWidth width, int index, long at) {
        Section found = new Section(
                index,
                "",
                LittleEndian.s32(file, at + 4),
                width.word(file, at + 8),
                width.word(file, at + width.pick(12, 16)),
                width.word(file, at + width.pick(16, 24)),
                width.word(file, at + width.pick(20, 32)),
                LittleEndian.s32(file, at + width.pick(24, 40)),
                LittleEndian.s32(file, at + width.pick(28, 44)));
        boolean inFile = found.offset >= 0
                && found.size >= 0
                && found.offset <= file.byteSize()
                && found.size <= file.byteSize() - found.offset;
        // The header of section 0 is no section: its fields hold counts that did not fit elsewhere.
        if (!inFile && found.type != SHT_NOBITS && index != 0) {
            throw ElfHeader.malformed(
                    at, "section %d reaches beyond the file: it is cut off or damaged".formatted(index));
        }
        return found;
    }

    private static String text(MemorySegment file, Section strings, long at) {
        if (strings.type == SHT_NOBITS || strings.index == 0 || at >= strings.size) {
            return "";
        }
        return text(file.asSlice(strings.offset, strings.size), at, LONGEST_NAME);
    }

    /** The text at an offset up to its zero, the end of the bytes, or so many characters. */
    public static String text(MemorySegment strings, long at, int longest) {
        if (at < 0 || at >= strings.byteSize()) {
            return "";
        }
        int length = 0;
        long most = Math.min(longest, strings.byteSize() - at);
        while (length < most && strings.get(ValueLayout.JAVA_BYTE, at + length) != 0) {
            length++;
        }
        return new String(strings.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }

    /** The first section of that name that has bytes in the file. */
    public Optional<Section> find(String name) {
        return sections.stream()
                .filter(section -> section.name.equals(name) && section.type != SHT_NOBITS && section.index != 0)
                .findFirst();
    }

    /** The section's bytes as they are in the file; none for {@code SHT_NOBITS}. */
    public MemorySegment bytes(Section section) {
        return section.type == SHT_NOBITS || section.index == 0
                ? MemorySegment.ofArray(new byte[0])
                : file.asSlice(section.offset, section.size);
    }
}
