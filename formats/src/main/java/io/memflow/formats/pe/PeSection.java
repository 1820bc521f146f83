package io.memflow.formats.pe;

import io.memflow.formats.endian.LittleEndian;
import io.memflow.formats.pages.ImagePages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One section header ({@code IMAGE_SECTION_HEADER}). Immutable.
 *
 * @param name as its maker gave it; of a name longer than eight bytes, in an image without its file, the place of the name
 *     as the header has it
 * @param address relative virtual address of its first byte
 * @param memoryBytes {@code VirtualSize}: bytes it uses in memory; 0 in images of linkers that do not say
 * @param fileOffset {@code PointerToRawData}
 * @param fileBytes {@code SizeOfRawData}: bytes it has in the file, rounded up to the file alignment
 * @param characteristics flags
 */
public record PeSection(
        String name, long address, long memoryBytes, long fileOffset, long fileBytes, int characteristics) {
    /** Bytes of a header. */
    public static final int BYTES = 40;

    private static final int NAME_BYTES = 8;
    private static final int COFF_SYMBOL_BYTES = 18;
    private static final int EXECUTE = 0x2000_0000;
    private static final int READ = 0x4000_0000;
    private static final int WRITE = 0x8000_0000;

    /**
     * Reads all section headers.
     *
     * @param file the whole file, for long names; null when there is only memory
     */
    static List<PeSection> read(ImagePages pages, long base, PeHeader header, @Nullable MemorySegment file) {
        List<PeSection> sections = new ArrayList<>();
        for (int i = 0; i < header.sectionCount(); i++) {
            long at = base + header.sectionTable() + (long) i * BYTES;
            PeSection section = decode(MemorySegment.ofArray(pages.bytes(at, BYTES)));
            String name = name(section.name, header, file);
            sections.add(name.equals(section.name) ? section : section.withName(name));
        }
        return sections;
    }

    /**
     * Decodes one header.
     *
     * @param header its {@link #BYTES} bytes
     */
    public static PeSection decode(MemorySegment header) {
        return new PeSection(
                text(header.asSlice(0, NAME_BYTES).toArray(ValueLayout.JAVA_BYTE)),
                LittleEndian.u32(header, 12),
                LittleEndian.u32(header, 8),
                LittleEndian.u32(header, 20),
                LittleEndian.u32(header, 16),
                LittleEndian.s32(header, 36));
    }

    private static String text(byte[] field) {
        int length = 0;
        while (length < field.length && field[length] != 0) {
            length++;
        }
        return new String(field, 0, length, StandardCharsets.UTF_8);
    }

    private PeSection withName(String longName) {
        return new PeSection(longName, address, memoryBytes, fileOffset, fileBytes, characteristics);
    }

    private static String name(String name, PeHeader header, @Nullable MemorySegment file) {
        boolean isPlace = name.length() > 1
                && name.charAt(0) == '/'
                && name.chars().skip(1).allMatch(digit -> digit >= '0' && digit <= '9');
        if (!isPlace || file == null || header.symbolTable() == 0) {
            return name;
        }
        long strings = header.symbolTable() + header.symbolCount() * COFF_SYMBOL_BYTES;
        return FileText.at(file, strings + Long.parseLong(name.substring(1)), PeLimits.LONGEST_NAME)
                .orElse(name);
    }

    /** Bytes it takes in memory, whoever linked it. */
    public long bytes() {
        return memoryBytes == 0 ? fileBytes : memoryBytes;
    }

    public boolean isExecutable() {
        return (characteristics & EXECUTE) != 0;
    }

    /** Three characters such as {@code r-x}. */
    public String permissions() {
        return ((characteristics & READ) != 0 ? "r" : "-")
                + ((characteristics & WRITE) != 0 ? "w" : "-")
                + (isExecutable() ? "x" : "-");
    }

    boolean contains(long relative) {
        return relative >= address && relative - address < bytes();
    }
}
