package io.memflow.formats.pe;

import io.memflow.formats.pages.ImagePages;
import java.util.Optional;

/**
 * The symbol file that belongs to an image, as its CodeView record names it ({@code RSDS}; microsoft-pdb, {@code PDB.h},
 * RSDSI). Immutable.
 *
 * @param name of the file, as the linker wrote it, which may be a whole path
 * @param guid in upper-case hexadecimal with dashes
 * @param age how often the file was written since it has that GUID
 */
public record PdbReference(String name, String guid, long age) {
    private static final int RSDS = 0x5344_5352;
    private static final int HEADER = 24;

    static Optional<PdbReference> read(ImagePages pages, long base, long imageBytes, DebugEntry entry) {
        boolean isThere = entry.address() != 0 && entry.address() < imageBytes && entry.bytes() > HEADER;
        if (entry.type() != DebugEntry.CODE_VIEW || !isThere) {
            return Optional.empty();
        }
        long at = base + entry.address();
        if ((int) pages.unsigned(at, Integer.BYTES) != RSDS) {
            return Optional.empty();
        }
        String guid = SymbolFileId.format(pages.bytes(at + 4, SymbolFileId.BYTES));
        long age = pages.unsigned(at + 20, Integer.BYTES);
        return Optional.of(new PdbReference(pages.text(at + HEADER, at + entry.bytes()), guid, age));
    }

    /** The file's name without its folder. */
    public String fileName() {
        return name.substring(Math.max(name.lastIndexOf('\\'), name.lastIndexOf('/')) + 1);
    }

    /** The name under which symbol servers keep the file: the GUID's digits, then the age in hexadecimal. */
    public String storeKey() {
        return SymbolFileId.storeKey(guid, age);
    }
}
