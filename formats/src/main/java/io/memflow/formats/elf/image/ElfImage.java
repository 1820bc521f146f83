package io.memflow.formats.elf.image;

import io.memflow.core.address.Address;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SectionInfo;
import io.memflow.formats.elf.ElfWidth;
import io.memflow.formats.pages.ImagePages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An ELF program or library as a loader put it into an address space. Its headers are read when it is opened, all else when
 * it is asked for and no further than needed; of tables with pages that are not there the rest is given, and what is missing
 * is named. Nothing of the image is trusted: what contradicts itself or claims more than any image has is refused with
 * {@link io.memflow.core.error.MalformedDataException} or named. Thread-safe as the memory is.
 */
public final class ElfImage {
    /** The smallest page of any architecture: a mapping is no smaller. */
    private static final long PAGE = 4096;

    private static final String SEGMENTS_SOURCE = "program-headers";

    private final MemoryView memory;
    private final @Nullable ImageHeader header;
    private final List<ImageSegment> segments;
    private final ImageExtent extent;
    /** Virtual address of the dynamic section, 0 without one. */
    private final long dynamicAddress;

    private ElfImage(
            MemoryView memory,
            @Nullable ImageHeader header,
            List<ImageSegment> segments,
            ImageExtent extent,
            long dynamicAddress) {
        this.memory = memory;
        this.header = header;
        this.segments = List.copyOf(segments);
        this.extent = extent;
        this.dynamicAddress = dynamicAddress;
    }

    /**
     * Reads the headers at the first address of an image.
     *
     * @param base virtual address of the ELF header
     * @throws io.memflow.core.memory.MemoryAccessException when they are not in memory; where the loader's own list says
     *     where the dynamic section is, {@link #ofDynamic} gives what can be had without them
     * @throws io.memflow.core.error.MalformedDataException when there is no image
     */
    public static ElfImage open(MemoryView memory, long base) {
        ImagePages pages = ElfLimits.pages(memory);
        ImageHeader header = ImageHeader.read(pages, base, memory.properties().byteOrder());
        List<ImageSegment> segments = ImageSegment.read(pages, base + header.programHeaders(), header);
        ElfWidth width = header.width();
        long lowest = -1;
        long end = 0;
        for (ImageSegment segment : segments) {
            if (segment.type() == ImageSegment.LOAD && segment.memoryBytes() != 0) {
                // The segment with the file's first byte says where address 0 of the file is.
                long first = segment.address() - segment.offset();
                lowest = lowest == -1 ? first : lowest;
                long last = segment.address() + segment.memoryBytes();
                if (Long.compareUnsigned(last, segment.address()) < 0) {
                    throw ElfLimits.malformed(base, "a segment wraps around the address space");
                }
                end = Long.compareUnsigned(last, end) > 0 ? last : end;
            }
        }
        if (lowest == -1 || Long.compareUnsigned(end, lowest) <= 0) {
            throw ElfLimits.malformed(base, "no program header says what the loader maps");
        }
        ImageExtent extent = new ImageExtent(width.wrap(base - lowest), base, end - lowest, width);
        long dynamic = segments.stream()
                .filter(segment -> segment.type() == ImageSegment.DYNAMIC)
                .mapToLong(segment -> extent.moved(segment.address()))
                .findFirst()
                .orElse(0);
        return new ElfImage(memory, header, segments, extent, dynamic);
    }

    /**
     * An image whose headers are not in memory, by what the loader keeps of it.
     *
     * @param base its first virtual address
     * @param bytes how much it takes
     * @param bias what is added to addresses as linked ({@code l_addr})
     * @param dynamic virtual address of its dynamic section ({@code l_ld})
     */
    public static ElfImage ofDynamic(
            MemoryView memory, ElfWidth width, long base, long bytes, long bias, long dynamic) {
        return new ElfImage(memory, null, List.of(), new ImageExtent(bias, base, bytes, width), dynamic);
    }

    /** Its header; empty when that was not in memory. */
    public Optional<ImageHeader> header() {
        return Optional.ofNullable(header);
    }

    /** Its program headers; empty when they were not in memory. */
    public List<ImageSegment> segments() {
        return segments;
    }

    /** Its first virtual address. */
    public long base() {
        return extent.base();
    }

    /** Bytes from its first address to its last, gaps included. */
    public long size() {
        return extent.bytes();
    }

    /** What is added to addresses as linked, modulo the address space. */
    public long bias() {
        return extent.bias();
    }

    public ElfWidth width() {
        return extent.width();
    }

    /** Virtual address of its dynamic section; empty for a static image. */
    public OptionalLong dynamic() {
        return dynamicAddress == 0 ? OptionalLong.empty() : OptionalLong.of(dynamicAddress);
    }

    /** Virtual address of something by its address as linked. */
    public long moved(long linked) {
        return extent.moved(linked);
    }

    /** Virtual address it is started at; empty for a library without one. */
    public OptionalLong entry() {
        return header == null || header.entry() == 0
                ? OptionalLong.empty()
                : OptionalLong.of(extent.moved(header.entry()));
    }

    /**
     * The loader it asks for; empty when it asks for none.
     *
     * @throws MemflowException when it cannot be read
     */
    public Optional<String> interpreter() {
        for (ImageSegment segment : segments) {
            if (segment.type() == ImageSegment.INTERPRETER) {
                long at = extent.moved(segment.address());
                return Optional.of(ElfLimits.pages(memory).text(at, at + segment.memoryBytes()));
            }
        }
        return Optional.empty();
    }

    /**
     * Its build id in hexadecimal; empty when it has none.
     *
     * @throws MemflowException when its notes cannot be read
     */
    public Optional<String> buildId() {
        ImagePages pages = ElfLimits.pages(memory);
        for (ImageSegment segment : segments) {
            if (segment.type() == ImageSegment.NOTE) {
                long length = Math.min(segment.memoryBytes(), extent.bytes());
                Optional<String> found = BuildId.find(pages, extent.moved(segment.address()), length);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The build id among notes in memory, for images that have no headers there, as kernels and their modules; empty when
     * there is none.
     *
     * @param notes virtual address of the first note
     * @param length bytes of all of them
     * @throws MemflowException when a note before it cannot be read
     */
    public static Optional<String> buildId(MemoryView memory, long notes, long length) {
        return BuildId.find(ElfLimits.pages(memory), notes, length);
    }

    /**
     * The name it gives itself; empty when it gives none.
     *
     * @throws MemflowException when it cannot be read
     */
    public Optional<String> ownName() {
        ImagePages pages = ElfLimits.pages(memory);
        DynamicTable table = table(pages);
        OptionalLong name = table.number(DynamicTable.OWN_NAME);
        return name.isPresent() ? Optional.of(strings(pages, table).name(name.getAsLong())) : Optional.empty();
    }

    /**
     * The libraries it asks for, in order.
     *
     * @throws MemflowException when they cannot be read
     */
    public List<String> needed() {
        ImagePages pages = ElfLimits.pages(memory);
        DynamicTable table = table(pages);
        StringTable strings = strings(pages, table);
        return table.needed().stream().map(strings::name).toList();
    }

    /**
     * What the loader left for debuggers ({@code DT_DEBUG}): virtual address of the {@code r_debug}.
     *
     * @throws MemflowException when the dynamic section cannot be read
     */
    public OptionalLong debug() {
        OptionalLong value = table(ElfLimits.pages(memory)).number(DynamicTable.DEBUG);
        return value.isPresent() && value.getAsLong() != 0 ? value : OptionalLong.empty();
    }

    /** Symbols it takes from other images, in the order of its table; empty for a static image. */
    public Listing<ImportInfo> imports() {
        try {
            return symbols().map(DynamicSymbols::imports).orElse(new Listing<>(List.of(), List.of()));
        } catch (MemflowException unreadable) {
            return Listing.absent("imports", String.valueOf(unreadable.getMessage()));
        }
    }

    /** Symbols it offers to other images, in the order of its table; empty for a static image. */
    public Listing<ExportInfo> exports() {
        try {
            return symbols().map(DynamicSymbols::exports).orElse(new Listing<>(List.of(), List.of()));
        } catch (MemflowException unreadable) {
            return Listing.absent("exports", String.valueOf(unreadable.getMessage()));
        }
    }

    private Optional<DynamicSymbols> symbols() {
        if (dynamicAddress == 0) {
            return Optional.empty();
        }
        ImagePages pages = ElfLimits.pages(memory);
        DynamicTable table = table(pages);
        int machine = header == null ? 0 : header.machine();
        return Optional.of(new DynamicSymbols(pages, extent, table, strings(pages, table), machine));
    }

    /**
     * Its sections. Where their headers cannot be had, its segments stand for them, and the listing says why.
     *
     * @param file the file's own bytes by their offset, where some of its pages are known; null when none are
     */
    public Listing<SectionInfo> sections(@Nullable MemoryView file) {
        ImageHeader known = header;
        if (known == null) {
            return Listing.absent("sections", "the image's headers are not in memory");
        }
        String why;
        try {
            return new Listing<>(SectionTable.read(ElfLimits.pages(memory), this::mapped, known, extent), List.of());
        } catch (MemflowException notMapped) {
            why = String.valueOf(notMapped.getMessage());
        }
        if (file != null) {
            try {
                return new Listing<>(
                        SectionTable.read(ElfLimits.pages(file), (offset, _) -> offset, known, extent), List.of());
            } catch (MemflowException notCached) {
                why = why + " Nor in pages of the file: " + notCached.getMessage();
            }
        }
        List<SectionInfo> rows = new ArrayList<>();
        segments.forEach(segment -> rows.add(new SectionInfo(
                segment.typeName(),
                SectionInfo.Kind.SEGMENT,
                extent.moved(segment.address()),
                segment.memoryBytes(),
                segment.permissions(),
                new Provenance(List.of(SEGMENTS_SOURCE), List.of()))));
        return new Listing<>(rows, List.of(new MissingPart("sections", why)));
    }

    /**
     * Where a run of the file's bytes is mapped. Of a segment without bytes that are zeroed, the file goes on to the end of
     * the last page.
     */
    private long mapped(long offset, long length) {
        for (ImageSegment segment : segments) {
            long begins = offset - segment.offset();
            long bytes = segment.fileBytes();
            if (bytes == segment.memoryBytes()) {
                bytes += -(segment.offset() + bytes) & (PAGE - 1);
            }
            if (segment.type() == ImageSegment.LOAD
                    && Long.compareUnsigned(begins, bytes) < 0
                    && Long.compareUnsigned(length, bytes - begins) <= 0) {
                return extent.moved(segment.address() + begins);
            }
        }
        throw new MemflowException(
                ErrorOrigin.FORMAT,
                ErrorKind.SECTION_NOT_FOUND,
                "The section headers are at %s of the file, which no segment maps.".formatted(Address.format(offset)));
    }

    private DynamicTable table(ImagePages pages) {
        return dynamicAddress == 0
                ? DynamicTable.none(extent)
                : DynamicTable.read(pages, dynamicAddress, extent.width(), extent);
    }

    private StringTable strings(ImagePages pages, DynamicTable table) {
        long address = table.address(DynamicTable.STRINGS).orElse(0);
        long bytes = table.number(DynamicTable.STRINGS_BYTES).orElse(Long.MAX_VALUE);
        long rest = extent.rest(address);
        return new StringTable(pages, address, bytes < 0 ? rest : Math.min(bytes, rest));
    }
}
