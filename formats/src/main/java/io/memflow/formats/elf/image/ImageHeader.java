package io.memflow.formats.elf.image;

import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import java.nio.ByteOrder;

/**
 * The ELF header of an image in memory (System V gABI, "ELF Header"). Immutable.
 *
 * @param width its class
 * @param type {@code e_type}: 2 for a program at fixed addresses, 3 for what can lie anywhere
 * @param machine {@code e_machine}
 * @param entry {@code e_entry}, as linked
 * @param programHeaders file offset of the program headers
 * @param programHeaderBytes distance between two of them
 * @param programHeaderCount how many there are
 * @param sectionHeaders file offset of the section headers, 0 without any
 * @param sectionHeaderBytes distance between two of them
 * @param sectionHeaderCount how many there are; 0 when there are none, or more than 16 bits can say
 * @param sectionNames index of the section with their names
 */
public record ImageHeader(
        ElfWidth width,
        int type,
        int machine,
        long entry,
        long programHeaders,
        int programHeaderBytes,
        int programHeaderCount,
        long sectionHeaders,
        int sectionHeaderBytes,
        int sectionHeaderCount,
        int sectionNames) {
    private static final int MAGIC_LITTLE = 0x464C_457F;
    private static final int MAGIC_BIG = 0x7F45_4C46;
    private static final int CLASS = 4;
    private static final int DATA = 5;
    private static final int DATA_LITTLE = 1;
    private static final int DATA_BIG = 2;
    private static final int TYPE = 16;
    private static final int MACHINE = 18;
    private static final int ENTRY = 24;
    private static final int TYPE_EXECUTABLE = 2;
    private static final int TYPE_SHARED = 3;

    /**
     * Reads it.
     *
     * @param base virtual address it should be at
     * @throws io.memflow.core.memory.MemoryAccessException when it is not in memory
     * @throws io.memflow.core.error.MalformedDataException when there is no image of a program or library
     */
    static ImageHeader read(ImagePages pages, long base, ByteOrder order) {
        requireMagic(pages, base, order);
        ElfWidth width = switch ((int) pages.unsigned(base + CLASS, Byte.BYTES)) {
            case 1 -> ElfWidth.BITS_32;
            case 2 -> ElfWidth.BITS_64;
            default -> throw ElfLimits.malformed(base + CLASS, "the class is neither 32 nor 64 bits");
        };
        int type = half(pages, base + TYPE);
        if (type != TYPE_EXECUTABLE && type != TYPE_SHARED) {
            throw ElfLimits.malformed(base + TYPE, "type %d is no program or library".formatted(type));
        }
        int word = width.wordBytes();
        long behindEntry = base + ENTRY + word;
        // e_flags and e_ehsize lie between the two offsets and the sizes and counts of the tables.
        long counts = behindEntry + 2L * word + Integer.BYTES + Short.BYTES;
        ImageHeader header = new ImageHeader(
                width,
                type,
                half(pages, base + MACHINE),
                pages.unsigned(base + ENTRY, width.wordBytes()),
                pages.unsigned(behindEntry, width.wordBytes()),
                half(pages, counts),
                half(pages, counts + Short.BYTES),
                pages.unsigned(behindEntry + word, width.wordBytes()),
                half(pages, counts + 2L * Short.BYTES),
                half(pages, counts + 3L * Short.BYTES),
                half(pages, counts + 4L * Short.BYTES));
        if (header.programHeaderCount > ElfLimits.MOST_SEGMENTS
                || (header.programHeaderCount > 0 && header.programHeaderBytes < width.programHeaderBytes())) {
            throw ElfLimits.malformed(
                    counts,
                    "%d program headers of %d bytes".formatted(header.programHeaderCount, header.programHeaderBytes));
        }
        return header;
    }

    private static void requireMagic(ImagePages pages, long base, ByteOrder order) {
        int magic = (int) pages.unsigned(base, Integer.BYTES);
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        if (magic != (little ? MAGIC_LITTLE : MAGIC_BIG)) {
            throw ElfLimits.malformed(base, "there is no ELF magic");
        }
        if (pages.unsigned(base + DATA, Byte.BYTES) != (little ? DATA_LITTLE : DATA_BIG)) {
            throw ElfLimits.malformed(base + DATA, "its byte order is not that of the memory it lies in");
        }
    }

    private static int half(ImagePages pages, long address) {
        return (int) pages.unsigned(address, Short.BYTES);
    }

    /** The instruction set by the name people know it by, or its number ({@code e_machine}, include/uapi/linux/elf-em.h). */
    public String machineName() {
        return switch (machine) {
            case 3 -> "i386";
            case 8 -> "mips";
            case 21 -> "ppc64";
            case 22 -> "s390x";
            case 40 -> "arm";
            case 62 -> "x86-64";
            case 183 -> "arm64";
            case 243 -> width == ElfWidth.BITS_64 ? "riscv64" : "riscv32";
            case 258 -> "loongarch";
            default -> "machine " + machine;
        };
    }
}
