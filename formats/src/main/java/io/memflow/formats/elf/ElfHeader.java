package io.memflow.formats.elf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the ELF file header says about a core file (System V gABI, chapter "ELF Header"). Immutable.
 *
 * @param width whether fields are those of 32-bit or 64-bit files
 * @param machine e_machine
 * @param programHeaders file offset of the program header table
 * @param programHeaderBytes distance between two program headers
 * @param programHeaderCount how many there are; each lies within the file
 */
record ElfHeader(ElfWidth width, int machine, long programHeaders, int programHeaderBytes, int programHeaderCount) {
    static final String FORMAT = "ELF";

    private static final int MAGIC = 0x464C_457F;
    private static final int ELFCLASS32 = 1;
    private static final int ELFCLASS64 = 2;
    private static final int ELFDATA2LSB = 1;
    private static final int ET_CORE = 4;
    /** e_phnum when the count does not fit: the real one is sh_info of section header 0. */
    private static final int PN_XNUM = 0xFFFF;

    /** A segment takes some 50 bytes of heap, so this bounds a hostile file to about 50 MiB. */
    private static final int MAX_PROGRAM_HEADERS = 1 << 20;

    private static final String SUPPORTED = "only little-endian ELF core files are supported";

    static boolean hasMagic(MemorySegment file) {
        return file.byteSize() >= Integer.BYTES && LittleEndian.s32(file, 0) == MAGIC;
    }

    static ElfHeader parse(MemorySegment file) {
        ElfWidth width = requireSupported(file);
        int machine = LittleEndian.u16(file, 18);
        int tableField = width.pick(28, 32);
        long table = width.word(file, tableField);
        int entryField = width.pick(42, 54);
        int entryBytes = LittleEndian.u16(file, entryField);
        int countField = width.pick(44, 56);
        long count = programHeaderCount(file, width, LittleEndian.u16(file, countField));
        if (entryBytes < width.programHeaderBytes()) {
            throw malformed(
                    entryField,
                    "program headers of %d bytes, the format has %d".formatted(entryBytes, width.programHeaderBytes()));
        }
        if (count == 0) {
            throw malformed(countField, "the core file has no program headers, so it holds no memory");
        }
        if (table < 0 || table > file.byteSize()) {
            throw malformed(
                    tableField,
                    "the program header table at 0x%x lies outside the file of 0x%x bytes"
                            .formatted(table, file.byteSize()));
        }
        if (count > MAX_PROGRAM_HEADERS || count > (file.byteSize() - table) / entryBytes) {
            throw malformed(
                    tableField,
                    "%d program headers from 0x%x on do not fit the file of 0x%x bytes; the file is truncated or damaged"
                            .formatted(count, table, file.byteSize()));
        }
        return new ElfHeader(width, machine, table, entryBytes, (int) count);
    }

    private static ElfWidth requireSupported(MemorySegment file) {
        if (!hasMagic(file)) {
            throw malformed(0, "no ELF magic");
        }
        requireLength(file, ElfWidth.BITS_32);
        int elfClass = file.get(ValueLayout.JAVA_BYTE, 4);
        if (elfClass != ELFCLASS32 && elfClass != ELFCLASS64) {
            throw malformed(4, "this is an ELF file of unknown class %d; %s".formatted(elfClass, SUPPORTED));
        }
        ElfWidth width = elfClass == ELFCLASS64 ? ElfWidth.BITS_64 : ElfWidth.BITS_32;
        requireLength(file, width);
        int encoding = file.get(ValueLayout.JAVA_BYTE, 5);
        if (encoding != ELFDATA2LSB) {
            String found = encoding == 2 ? "a big-endian ELF file" : "an ELF file of unknown byte order " + encoding;
            throw malformed(5, "this is %s; %s".formatted(found, SUPPORTED));
        }
        int type = LittleEndian.u16(file, 16);
        if (type != ET_CORE) {
            throw malformed(16, "this is %s; %s".formatted(describeType(type), SUPPORTED));
        }
        return width;
    }

    private static void requireLength(MemorySegment file, ElfWidth width) {
        if (file.byteSize() < width.headerBytes()) {
            throw malformed(
                    file.byteSize(),
                    "the file ends after %d bytes, within its ELF header of %d"
                            .formatted(file.byteSize(), width.headerBytes()));
        }
    }

    private static String describeType(int type) {
        return switch (type) {
            case 1 -> "an ELF object file";
            case 2 -> "an ELF executable";
            case 3 -> "an ELF shared object or position-independent executable";
            default -> "an ELF file of type " + type;
        };
    }

    private static long programHeaderCount(MemorySegment file, ElfWidth width, int count) {
        if (count != PN_XNUM) {
            return count;
        }
        int sectionsField = width.pick(32, 40);
        long sections = width.word(file, sectionsField);
        if (sections < width.headerBytes() || sections > file.byteSize() - width.sectionHeaderBytes()) {
            throw malformed(
                    sectionsField,
                    "the count of program headers should be in section header 0, but 0x%x is no place for it in a file of 0x%x bytes"
                            .formatted(sections, file.byteSize()));
        }
        return LittleEndian.u32(file, sections + width.pick(28, 44));
    }

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
