package io.memflow.formats.elf.image;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SectionInfo;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The section headers of an image (System V gABI, "Sections"), which no loader needs: they are in memory where they happen
 * to be mapped with the rest, or in pages of the file. Stateless.
 */
final class SectionTable {
    private static final String SOURCE = "section-headers";
    private static final int ALLOCATED = 2;
    private static final int WRITABLE = 1;
    private static final int RUNNABLE = 4;
    private static final int INFO = 4;
    /** {@code e_shstrndx} when the index does not fit: it is {@code sh_link} of the first header. */
    private static final int INDEX_ELSEWHERE = 0xFFFF;

    private SectionTable() {}

    /** Where the bytes of the file that hold the headers can be read. */
    interface FilePlace {
        /**
         * The address, in the pages given along with this, of a run of the file's bytes.
         *
         * @throws MemflowException when they are nowhere
         */
        long address(long offset, long length);
    }

    /**
     * All sections but the first, which is none.
     *
     * @throws MemflowException when the headers cannot be read
     */
    static List<SectionInfo> read(ImagePages pages, FilePlace file, ImageHeader header, ImageExtent extent) {
        int stride = header.sectionHeaderBytes();
        ElfWidth width = header.width();
        if (header.sectionHeaders() == 0 || stride < width.sectionHeaderBytes()) {
            throw ElfLimits.malformed(header.sectionHeaders(), "the image has no section headers");
        }
        Header first = header(pages, file.address(header.sectionHeaders(), stride), width);
        if (first.name != 0 || first.flags != 0 || first.address != 0) {
            throw ElfLimits.malformed(header.sectionHeaders(), "what is there are no section headers");
        }
        // With 65280 sections and more the count is the size of the first.
        long count = header.sectionHeaderCount() == 0 ? first.bytes : header.sectionHeaderCount();
        if (count <= 0 || count > ElfLimits.MOST_SECTIONS) {
            throw ElfLimits.malformed(header.sectionHeaders(), "%d section headers".formatted(count));
        }
        long table = file.address(header.sectionHeaders(), count * stride);
        long index = header.sectionNames() == INDEX_ELSEWHERE ? first.link : header.sectionNames();
        Header names = index > 0 && index < count ? header(pages, table + index * stride, width) : null;
        List<SectionInfo> rows = new ArrayList<>();
        for (long i = 1; i < count; i++) {
            rows.add(row(pages, file, header(pages, table + i * stride, width), names, extent));
        }
        return rows;
    }

    private record Header(long name, long flags, long address, long offset, long bytes, long link) {}

    private static Header header(ImagePages pages, long at, ElfWidth width) {
        int word = width.wordBytes();
        long flags = at + INFO + Integer.BYTES;
        return new Header(
                pages.unsigned(at, Integer.BYTES),
                pages.unsigned(flags, width.wordBytes()),
                pages.unsigned(flags + word, width.wordBytes()),
                pages.unsigned(flags + 2L * word, width.wordBytes()),
                pages.unsigned(flags + 3L * word, width.wordBytes()),
                pages.unsigned(flags + 4L * word, Integer.BYTES));
    }

    private static SectionInfo row(
            ImagePages pages, FilePlace file, Header section, @Nullable Header names, ImageExtent extent) {
        List<MissingPart> missing = new ArrayList<>();
        String name = "";
        try {
            if (names == null || section.name >= names.bytes) {
                throw ElfLimits.malformed(section.name, "its name is not in the table of names");
            }
            long rest = Math.min(names.bytes - section.name, ElfLimits.LONGEST_NAME);
            long at = file.address(names.offset + section.name, 1);
            name = pages.text(at, at + rest);
        } catch (MemflowException unreadable) {
            missing.add(new MissingPart("name", unreadable.getMessage()));
        }
        boolean loaded = (section.flags & ALLOCATED) != 0;
        String permissions = new String(new char[] {
            loaded ? 'r' : '-', (section.flags & WRITABLE) != 0 ? 'w' : '-', (section.flags & RUNNABLE) != 0 ? 'x' : '-'
        });
        return new SectionInfo(
                name,
                SectionInfo.Kind.SECTION,
                loaded ? extent.moved(section.address) : null,
                section.bytes,
                permissions,
                new Provenance(List.of(SOURCE), missing));
    }
}
