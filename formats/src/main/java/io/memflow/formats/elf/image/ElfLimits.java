package io.memflow.formats.elf.image;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryView;
import io.memflow.formats.pages.ImagePages;

/** What no real image exceeds: a table that claims more is damaged, and costs neither time nor memory. Stateless. */
final class ElfLimits {
    private static final String FORMAT = "ELF image";

    /** Mangled names of templates are long; longer ones than this no linker has been seen to write. */
    static final int LONGEST_NAME = 1 << 14;
    /** Libraries of the largest programs have a few hundred thousand. */
    static final int MOST_SYMBOLS = 1 << 19;
    /** Bytes of the names of one list together, since hostile names can overlap. */
    static final long MOST_NAME_BYTES = 64L << 20;
    /** Relocations that name no symbol are skipped where the image says how many there are. */
    static final int MOST_RELOCATIONS = 1 << 21;
    /** Entries of {@code PT_DYNAMIC}: real ones have some thirty, and one for each needed library. */
    static final int MOST_DYNAMIC_ENTRIES = 1 << 12;
    /** {@code e_phnum} is 16 bits wide, but a loader refuses more than a page of headers. */
    static final int MOST_SEGMENTS = 1 << 10;
    /** Real files have some forty; with one for each function of an object file, a few thousand. */
    static final int MOST_SECTIONS = 1 << 16;
    /** Version indices are 15 bits wide. */
    static final int MOST_VERSIONS = 1 << 15;

    private ElfLimits() {}

    static ImagePages pages(MemoryView memory) {
        return new ImagePages(memory, FORMAT, LONGEST_NAME);
    }

    static MalformedDataException malformed(long address, String reason) {
        return new MalformedDataException(FORMAT, address, reason);
    }
}
