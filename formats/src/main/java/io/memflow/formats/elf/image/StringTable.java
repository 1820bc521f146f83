package io.memflow.formats.elf.image;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import org.jspecify.annotations.Nullable;

/** The dynamic string table of an image. Names are read one by one, as they are asked for. Confined. */
final class StringTable {
    private final ImagePages pages;
    private final long address;
    private final long bytes;
    private long budget = ElfLimits.MOST_NAME_BYTES;

    /**
     * @param address virtual address of its first byte
     * @param bytes its length, already cut to the image
     */
    StringTable(ImagePages pages, long address, long bytes) {
        this.pages = pages;
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * A name.
     *
     * @throws MemflowException when it is not in memory or not in the table
     */
    String name(long offset) {
        if (offset < 0 || offset >= bytes) {
            throw ElfLimits.malformed(
                    address, "a name at 0x%x is beyond its table of 0x%x bytes".formatted(offset, bytes));
        }
        if (budget <= 0) {
            throw ElfLimits.malformed(address, "its names are longer together than those of any image");
        }
        String name = pages.text(address + offset, address + bytes);
        budget -= name.length() + 1;
        return name;
    }

    /** A name, or null with the reason left with the notes. */
    @Nullable
    String nameOrNote(long offset, String what, Notes notes) {
        try {
            return name(offset);
        } catch (MemflowException unreadable) {
            notes.add(what, unreadable);
            return null;
        }
    }
}
