package io.memflow.formats.pe;

import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.memory.PointerWidth;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.Listing;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.SectionInfo;
import io.memflow.formats.pages.ImagePages;
import io.memflow.formats.pages.Notes;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A PE program, library or driver, in an address space as a loader put it there, or in a file. Its headers are read when it
 * is opened, all else when it is asked for and no further than needed; of tables with pages that are not there the rest is
 * given, and what is missing is named. Nothing of the image is trusted: what contradicts itself or claims more than any image
 * has is refused with {@link io.memflow.core.error.MalformedDataException} or named. Thread-safe as the memory is.
 *
 * <p>Addresses it gives are virtual: those of the memory, or those that a file was linked for.
 */
public final class PeImage {
    private static final String SECTIONS_SOURCE = "section-headers";

    private final MemoryView memory;
    private final long base;
    private final PeHeader header;
    private final List<PeSection> sections;

    private PeImage(MemoryView memory, long base, PeHeader header, List<PeSection> sections) {
        this.memory = memory;
        this.base = base;
        this.header = header;
        this.sections = List.copyOf(sections);
    }

    /**
     * Reads the headers of an image in memory.
     *
     * @param base virtual address of its first byte
     * @throws io.memflow.core.memory.MemoryAccessException when they are not in memory
     * @throws io.memflow.core.error.MalformedDataException when there is no image
     */
    public static PeImage open(MemoryView memory, long base) {
        ImagePages pages = PeLimits.pages(memory);
        PeHeader header = PeHeader.read(pages, base);
        return new PeImage(memory, base, header, PeSection.read(pages, base, header, null));
    }

    /**
     * Reads the headers of a file. The file is laid out as a loader would, at the address it was linked for, not relocated.
     *
     * @param file the whole file; it must stay valid as long as the image is used
     * @throws io.memflow.core.memory.MemoryAccessException when the file ends within them
     * @throws io.memflow.core.error.MalformedDataException when it is no image
     */
    public static PeImage ofFile(MemorySegment file) {
        ImagePages start = PeLimits.pages(FileLayout.headersOf(file, 0));
        PeHeader header = PeHeader.read(start, 0);
        List<PeSection> sections = PeSection.read(start, 0, header, file);
        long base = header.imageBase();
        MemoryView layout = new FileLayout(
                file,
                base,
                Math.max(header.headerBytes(), header.sectionTable()),
                header.sectionAlignment(),
                header.mappedBytes(),
                sections);
        return new PeImage(layout, base, header, sections);
    }

    public PeHeader header() {
        return header;
    }

    /** Its section headers, in the order of the table. */
    public List<PeSection> sectionHeaders() {
        return sections;
    }

    /** Its first virtual address. */
    public long base() {
        return base;
    }

    /** Bytes it takes in memory, gaps included. */
    public long size() {
        return header.imageBytes();
    }

    public PointerWidth width() {
        return header.width();
    }

    /** The memory it lies in: for a file, the file as a loader would lay it out. */
    public MemoryView memory() {
        return memory;
    }

    /** Virtual address it is started at; empty for a library without one. */
    public OptionalLong entry() {
        return header.entry() == 0 ? OptionalLong.empty() : OptionalLong.of(base + header.entry());
    }

    /** The section that holds an address. */
    public Optional<PeSection> sectionAt(long address) {
        return Optional.ofNullable(section(address - base));
    }

    private @Nullable PeSection section(long relative) {
        for (PeSection section : sections) {
            if (section.contains(relative)) {
                return section;
            }
        }
        return null;
    }

    /** Its sections with the bytes they use in memory. */
    public Listing<SectionInfo> sections() {
        return new Listing<>(
                sections.stream()
                        .map(section -> new SectionInfo(
                                section.name(),
                                SectionInfo.Kind.SECTION,
                                base + section.address(),
                                section.bytes(),
                                section.permissions(),
                                new Provenance(List.of(SECTIONS_SOURCE), List.of())))
                        .toList(),
                List.of());
    }

    /** Symbols it offers, by ascending ordinal; a function with several names has a row for each. */
    public Listing<ExportInfo> exports() {
        try {
            Optional<ExportTable> table = exportTable();
            return table.isPresent() ? table.get().rows(this::section) : new Listing<>(List.of(), List.of());
        } catch (MemflowException unreadable) {
            return Listing.absent("exports", String.valueOf(unreadable.getMessage()));
        }
    }

    /**
     * The virtual address of the export of that name; empty when there is none, or it is forwarded. Touches a few pages only.
     *
     * @throws MemflowException when the tables cannot be read far enough to say
     */
    public OptionalLong export(String name) {
        Optional<ExportTable> table = exportTable();
        return table.isPresent() ? table.get().address(name) : OptionalLong.empty();
    }

    /**
     * The name it gives itself in its export directory; empty when it exports nothing.
     *
     * @throws MemflowException when it cannot be read
     */
    public Optional<String> ownName() {
        return exportTable().flatMap(ExportTable::ownName);
    }

    private Optional<ExportTable> exportTable() {
        DataDirectory directory = header.directory(DataDirectory.Kind.EXPORT);
        return directory.isPresent()
                ? Optional.of(ExportTable.read(PeLimits.pages(memory), base, header.mappedBytes(), directory))
                : Optional.empty();
    }

    /** Symbols it takes from other modules when it is loaded, then those it takes on their first use. */
    public Listing<ImportInfo> imports() {
        ImportTable table = new ImportTable(PeLimits.pages(memory), base, header, new Notes());
        return table.all();
    }

    /** The modules it asks for, as it names them: first those of its imports, then those it loads on first use. */
    public List<String> needs() {
        ImportTable table = new ImportTable(PeLimits.pages(memory), base, header, new Notes());
        return table.libraries();
    }

    /** What its debug directory lists. */
    public List<DebugEntry> debugEntries() {
        return DebugEntry.read(
                PeLimits.pages(memory), base, header.mappedBytes(), header.directory(DataDirectory.Kind.DEBUG));
    }

    /**
     * Which symbol file belongs to it; empty when it does not say.
     *
     * @throws MemflowException when its debug directory cannot be read
     */
    public Optional<PdbReference> pdb() {
        ImagePages pages = PeLimits.pages(memory);
        return debugEntries().stream()
                .flatMap(entry -> PdbReference.read(pages, base, header.mappedBytes(), entry).stream())
                .findFirst();
    }

    /**
     * Its version resource; empty when it has none.
     *
     * @throws MemflowException when it cannot be read
     */
    public Optional<PeVersion> version() {
        ImagePages pages = PeLimits.pages(memory);
        return ResourceTree.version(pages, base, header.mappedBytes(), header.directory(DataDirectory.Kind.RESOURCE))
                .map(VersionBlock::parse);
    }

    /**
     * What it tells of itself; what cannot be read is named in the provenance.
     *
     * @param name the system has for it
     */
    public ModuleDetails details(String name) {
        return PeDetails.of(this, name);
    }

    /**
     * The name under which symbol servers keep the image itself: time stamp in eight hexadecimal digits, then the size of
     * the image.
     */
    public String storeKey() {
        return "%08X%x".formatted(header.timestamp(), header.imageBytes());
    }
}
