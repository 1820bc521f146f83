package io.memflow.formats.elf.image;

import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import java.util.ArrayList;
import java.util.List;

/**
 * One program header of an image (System V gABI, "Program Header"). Immutable.
 *
 * @param type {@code p_type}
 * @param flags {@code p_flags}: 1 to run, 2 to write, 4 to read
 * @param offset where it begins in the file
 * @param address where it begins in memory, as linked
 * @param fileBytes how much of it is in the file
 * @param memoryBytes how much it takes in memory
 */
public record ImageSegment(int type, int flags, long offset, long address, long fileBytes, long memoryBytes) {
    /** {@code PT_LOAD}: mapped by the loader. */
    public static final int LOAD = 1;

    static final int DYNAMIC = 2;
    static final int INTERPRETER = 3;
    static final int NOTE = 4;

    private static final int RUN = 1;
    private static final int WRITE = 2;
    private static final int READ = 4;
    private static final int FLAGS_64 = 4;
    private static final int FLAGS_32 = 24;

    /**
     * Reads all of them.
     *
     * @param table virtual address of the first
     */
    static List<ImageSegment> read(ImagePages pages, long table, ImageHeader header) {
        List<ImageSegment> segments = new ArrayList<>();
        ElfWidth width = header.width();
        int word = width.wordBytes();
        boolean wide = width == ElfWidth.BITS_64;
        for (int i = 0; i < header.programHeaderCount(); i++) {
            long at = table + (long) i * header.programHeaderBytes();
            long places = at + (wide ? Long.BYTES : Integer.BYTES);
            segments.add(new ImageSegment(
                    (int) pages.unsigned(at, Integer.BYTES),
                    (int) pages.unsigned(at + (wide ? FLAGS_64 : FLAGS_32), Integer.BYTES),
                    pages.unsigned(places, width.wordBytes()),
                    pages.unsigned(places + word, width.wordBytes()),
                    pages.unsigned(places + 3L * word, width.wordBytes()),
                    pages.unsigned(places + 4L * word, width.wordBytes())));
        }
        return segments;
    }

    /** Three characters such as {@code r-x}. */
    public String permissions() {
        return new String(new char[] {
            (flags & READ) != 0 ? 'r' : '-', (flags & WRITE) != 0 ? 'w' : '-', (flags & RUN) != 0 ? 'x' : '-'
        });
    }

    /** What the type is called ({@code PT_...}, include/uapi/linux/elf.h), or its number. */
    public String typeName() {
        return switch (type) {
            case LOAD -> "LOAD";
            case DYNAMIC -> "DYNAMIC";
            case INTERPRETER -> "INTERP";
            case NOTE -> "NOTE";
            case 6 -> "PHDR";
            case 7 -> "TLS";
            case 0x6474_E550 -> "GNU_EH_FRAME";
            case 0x6474_E551 -> "GNU_STACK";
            case 0x6474_E552 -> "GNU_RELRO";
            case 0x6474_E553 -> "GNU_PROPERTY";
            default -> "TYPE_" + Integer.toHexString(type);
        };
    }
}
