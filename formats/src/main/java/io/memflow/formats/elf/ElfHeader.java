package io.memflow.formats.elf;

import io.memflow.core.error.MalformedDataException;
import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the ELF64 file header says about a core file (System V gABI, chapter "ELF Header"). Immutable.
 *
 * @param machine e_machine
 * @param programHeaders file offset of the program header table
 * @param programHeaderBytes distance between two program headers
 * @param programHeaderCount how many there are; each lies within the file
 */
record ElfHeader(int machine, long programHeaders, int programHeaderBytes, int programHeaderCount) {
    static final String FORMAT = "ELF";
    static final int PROGRAM_HEADER_BYTES = 56;

    private static final int MAGIC = 0x464C_457F;
    private static final int FILE_HEADER_BYTES = 64;
    private static final int SECTION_HEADER_BYTES = 64;
    private static final int ELFCLASS64 = 2;
    private static final int ELFDATA2LSB = 1;
    private static final int ET_CORE = 4;
    /** e_phnum when the count does not fit: the real one is sh_info of section header 0. */
    private static final int PN_XNUM = 0xFFFF;

    private static final int SH_INFO = 44;

    /** A segment takes some 50 bytes of heap, so this bounds a hostile file to about 50 MiB. */
    private static final int MAX_PROGRAM_HEADERS = 1 << 20;

    private static final String SUPPORTED = "only 64-bit little-endian ELF core files are supported";

    static boolean hasMagic(MemorySegment file) {
        return file.byteSize() >= Integer.BYTES && LittleEndian.s32(file, 0) == MAGIC;
    }

    static ElfHeader parse(MemorySegment file) {
        requireSupported(file);
        int machine = LittleEndian.u16(file, 18);
        long table = LittleEndian.u64(file, 32);
        int entryBytes = LittleEndian.u16(file, 54);
        long count = programHeaderCount(file);
        if (entryBytes < PROGRAM_HEADER_BYTES) {
            throw malformed(54, "program headers of %d bytes, the format has 56".formatted(entryBytes));
        }
        if (count == 0) {
            throw malformed(56, "the core file has no program headers, so it holds no memory");
        }
        if (table < 0 || table > file.byteSize()) {
            throw malformed(
                    32,
                    "the program header table at 0x%x lies outside the file of 0x%x bytes"
                            .formatted(table, file.byteSize()));
        }
        if (count > MAX_PROGRAM_HEADERS || count > (file.byteSize() - table) / entryBytes) {
            throw malformed(
                    32,
                    "%d program headers from 0x%x on do not fit the file of 0x%x bytes; the file is truncated or damaged"
                            .formatted(count, table, file.byteSize()));
        }
        return new ElfHeader(machine, table, entryBytes, (int) count);
    }

    private static void requireSupported(MemorySegment file) {
        if (!hasMagic(file)) {
            throw malformed(0, "no ELF magic");
        }
        if (file.byteSize() < FILE_HEADER_BYTES) {
            throw malformed(
                    file.byteSize(),
                    "the file ends after %d bytes, within its ELF header of %d"
                            .formatted(file.byteSize(), FILE_HEADER_BYTES));
        }
        int elfClass = file.get(ValueLayout.JAVA_BYTE, 4);
        if (elfClass != ELFCLASS64) {
            String found = elfClass == 1 ? "a 32-bit ELF file" : "an ELF file of unknown class " + elfClass;
            throw malformed(4, "this is %s; %s".formatted(found, SUPPORTED));
        }
        int encoding = file.get(ValueLayout.JAVA_BYTE, 5);
        if (encoding != ELFDATA2LSB) {
            String found = encoding == 2 ? "a big-endian ELF file" : "an ELF file of unknown byte order " + encoding;
            throw malformed(5, "this is %s; %s".formatted(found, SUPPORTED));
        }
        int type = LittleEndian.u16(file, 16);
        if (type != ET_CORE) {
            throw malformed(16, "this is %s; %s".formatted(describeType(type), SUPPORTED));
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

    private static long programHeaderCount(MemorySegment file) {
        int count = LittleEndian.u16(file, 56);
        if (count != PN_XNUM) {
            return count;
        }
        long sections = LittleEndian.u64(file, 40);
        if (sections < FILE_HEADER_BYTES || sections > file.byteSize() - SECTION_HEADER_BYTES) {
            throw malformed(
                    40,
                    "the count of program headers should be in section header 0, but 0x%x is no place for it in a file of 0x%x bytes"
                            .formatted(sections, file.byteSize()));
        }
        return LittleEndian.u32(file, sections + SH_INFO);
    }

    static MalformedDataException malformed(long offset, String reason) {
        return new MalformedDataException(FORMAT, offset, reason);
    }
}
