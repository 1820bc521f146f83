package io.memflow.formats.pe;

import io.memflow.core.memory.PointerWidth;
import io.memflow.formats.pages.ImagePages;
import java.util.ArrayList;
import java.util.List;

/**
 * The headers of an image: COFF file header and optional header (PE Format). Immutable.
 *
 * @param width of its pointers: PE32 or PE32+
 * @param machine {@code Machine}, the instruction set
 * @param timestamp {@code TimeDateStamp}: seconds since 1970 (UTC), or a hash where builds are reproducible; unsigned
 * @param characteristics flags of the file
 * @param entry relative address it is started at; 0 for none
 * @param imageBase the address it was linked for; in memory the one it was loaded at
 * @param sectionAlignment in bytes
 * @param fileAlignment in bytes
 * @param imageBytes {@code SizeOfImage}: bytes it takes in memory
 * @param headerBytes {@code SizeOfHeaders}: bytes of all headers in the file
 * @param checksum of the file
 * @param subsystem what it runs in: 1 for drivers and kernels
 * @param dllCharacteristics flags of the image
 * @param sectionTable relative address of the first section header
 * @param sectionCount how many there are
 * @param symbolTable file offset of the COFF symbols; 0 for none
 * @param symbolCount how many COFF symbols there are
 * @param directories where its tables lie, by their index
 */
public record PeHeader(
        PointerWidth width,
        int machine,
        long timestamp,
        int characteristics,
        long entry,
        long imageBase,
        long sectionAlignment,
        long fileAlignment,
        long imageBytes,
        long headerBytes,
        long checksum,
        int subsystem,
        int dllCharacteristics,
        long sectionTable,
        int sectionCount,
        long symbolTable,
        long symbolCount,
        List<DataDirectory> directories) {
    /** {@code IMAGE_FILE_DLL}. */
    public static final int CHARACTERISTIC_DLL = 0x2000;

    private static final int MAGIC_DOS = 0x5A4D;
    private static final int MAGIC_PE = 0x4550;
    private static final int MAGIC_32 = 0x10B;
    private static final int MAGIC_64 = 0x20B;
    /** {@code e_lfanew}, where the PE header is. */
    private static final int PLACE = 0x3C;
    /** Signature and COFF file header. */
    private static final int FILE_HEADER = 24;

    private static final long PAGE = 4096;
    private static final int DIRECTORY_BYTES = 8;
    private static final int MOST_DIRECTORIES = 16;
    /** A loader looks no further for the headers ({@code RtlImageNtHeaderEx} allows 256 MiB; images have them on the first page). */
    private static final long FARTHEST_PLACE = 1 << 16;

    public PeHeader {
        directories = List.copyOf(directories);
    }

    /**
     * Reads it.
     *
     * @param base address of the image's first byte
     * @throws io.memflow.core.memory.MemoryAccessException when it is not there
     * @throws io.memflow.core.error.MalformedDataException when there is no image
     */
    static PeHeader read(ImagePages pages, long base) {
        if (pages.unsigned(base, Short.BYTES) != MAGIC_DOS) {
            throw PeLimits.malformed(base, "there is no MZ magic");
        }
        long place = pages.unsigned(base + PLACE, Integer.BYTES);
        if (place > FARTHEST_PLACE) {
            throw PeLimits.malformed(base + PLACE, "the PE header is claimed to be at 0x%x".formatted(place));
        }
        long file = base + place;
        if (pages.unsigned(file, Integer.BYTES) != MAGIC_PE) {
            throw PeLimits.malformed(file, "there is no PE signature");
        }
        long optional = file + FILE_HEADER;
        PointerWidth width = switch ((int) pages.unsigned(optional, Short.BYTES)) {
            case MAGIC_32 -> PointerWidth.BITS_32;
            case MAGIC_64 -> PointerWidth.BITS_64;
            default -> throw PeLimits.malformed(optional, "the optional header is neither PE32 nor PE32+");
        };
        long optionalBytes = pages.unsigned(file + 20, Short.BYTES);
        boolean wide = width == PointerWidth.BITS_64;
        PeHeader header = new PeHeader(
                width,
                (int) pages.unsigned(file + 4, Short.BYTES),
                word(pages, file + 8),
                (int) pages.unsigned(file + 22, Short.BYTES),
                word(pages, optional + 16),
                wide ? pages.unsigned(optional + 24, Long.BYTES) : word(pages, optional + 28),
                word(pages, optional + 32),
                word(pages, optional + 36),
                word(pages, optional + 56),
                word(pages, optional + 60),
                word(pages, optional + 64),
                (int) pages.unsigned(optional + 68, Short.BYTES),
                (int) pages.unsigned(optional + 70, Short.BYTES),
                place + FILE_HEADER + optionalBytes,
                (int) pages.unsigned(file + 6, Short.BYTES),
                word(pages, file + 12),
                word(pages, file + 16),
                directories(pages, optional, wide));
        if (header.imageBytes == 0) {
            throw PeLimits.malformed(optional + 56, "an image of no size");
        }
        return header;
    }

    private static List<DataDirectory> directories(ImagePages pages, long optional, boolean wide) {
        long first = wide ? 112 : 96;
        // A loader goes by their number alone, whatever the size of the optional header.
        long count = Math.min(word(pages, optional + first - Integer.BYTES), MOST_DIRECTORIES);
        List<DataDirectory> directories = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = optional + first + (long) i * DIRECTORY_BYTES;
            directories.add(new DataDirectory(word(pages, at), word(pages, at + Integer.BYTES)));
        }
        return directories;
    }

    /** Bytes up to the end of its last page: what small images have behind their size is mapped too. */
    long mappedBytes() {
        return imageBytes + PAGE - 1 & -PAGE;
    }

    private static long word(ImagePages pages, long address) {
        return pages.unsigned(address, Integer.BYTES);
    }

    /** Where one of its tables lies; at 0 when it has none. */
    public DataDirectory directory(DataDirectory.Kind kind) {
        return kind.index() < directories.size() ? directories.get(kind.index()) : DataDirectory.NONE;
    }

    /** The instruction set by the name people know it by, or its number ({@code IMAGE_FILE_MACHINE_*}). */
    public String machineName() {
        return switch (machine) {
            case 0x14C -> "i386";
            case 0x8664 -> "x86-64";
            case 0xAA64 -> "arm64";
            case 0x1C0, 0x1C2, 0x1C4 -> "arm";
            case 0x200 -> "ia64";
            case 0xEBC -> "efi-byte-code";
            default -> "machine 0x%x".formatted(machine);
        };
    }
}
