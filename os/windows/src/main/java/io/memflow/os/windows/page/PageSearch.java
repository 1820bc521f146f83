package io.memflow.os.windows.page;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageRun;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.translate.TableEntries;
import io.memflow.core.translate.TableEntry;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.WindowsVersion;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One look for pages that the tables of a process do not map. Confined. */
final class PageSearch implements AbsentPages.Search {
    private static final int PAGE_BYTES = 4096;
    private static final int PAGE_SHIFT = 12;
    /** Behind pagefile.sys and swapfile.sys, 10 keeps a store of compressed pages that it treats as one more page file. */
    private static final int FIRST_UNUSUAL = 2;

    private final PageReaders readers;
    private final long process;
    private final VirtualMemory space;
    private final TableEntries tables;
    private final Function<Supplier<List<MemoryRegion>>, OptionalLong> invalidMask;
    private @Nullable Listing<MemoryRegion> regions;
    private @Nullable Stored stored;

    /** @param invalidMask what {@link InvalidMask} learns, given the regions of the process */
    PageSearch(
            PageReaders readers,
            long process,
            VirtualMemory space,
            Function<Supplier<List<MemoryRegion>>, OptionalLong> invalidMask) {
        this.readers = readers;
        this.process = process;
        this.space = space;
        this.invalidMask = invalidMask;
        tables = new TableEntries(space.physical(), space.space().lower());
    }

    /** What is known from an address on, up to another. */
    private record Stretch(long end, PageContent content) {}

    /** The page of a page file that was found last. */
    private record Stored(long address, PageFile file, long page) {}

    @Override
    public PageRun find(long address, long length) {
        TableEntry entry = tables.find(address);
        Stretch stretch;
        try {
            stretch = entry.fault() == Fault.NONE
                    ? stretch(address, entry)
                    : new Stretch(
                            pageEnd(address),
                            missing(Fault.NOT_PRESENT, entry.fault().text()));
        } catch (MemflowException unreadable) {
            stretch =
                    new Stretch(pageEnd(address), missing(Fault.NOT_PRESENT, String.valueOf(unreadable.getMessage())));
        }
        // An end of 0 is the end of the address space; unsigned differences are right for it too.
        long known = stretch.end - address;
        long given = Long.compareUnsigned(known, length) < 0 ? known : length;
        return new PageRun(new AddressRange(address, given), stretch.content);
    }

    @Override
    public Fault restore(long address, MemorySegment target) {
        Stored page = stored;
        if (page == null || page.address != (address & -PAGE_BYTES)) {
            find(address, 1);
            page = stored;
        }
        long inPage = address & (PAGE_BYTES - 1);
        if (page == null || page.address != address - inPage || inPage + target.byteSize() > PAGE_BYTES) {
            return Fault.SWAPPED_OUT;
        }
        page.file.copy(page.page, inPage, target);
        return Fault.NONE;
    }

    private static long pageEnd(long address) {
        return (address & -PAGE_BYTES) + PAGE_BYTES;
    }

    private static PageContent missing(Fault cause, String why) {
        return new PageContent.Missing(cause, why);
    }

    private Stretch stretch(long address, TableEntry entry) {
        long end = entry.start() + entry.length();
        if (entry.number() == 1) {
            return ofEntry(address, end, said(entry.value()));
        }
        if (entry.value() == 0) {
            return ofEntry(address, end, new SoftwareEntry.Empty());
        }
        // The page table itself was taken from the process; while its page is in memory, it can still be read.
        if (said(entry.value()) instanceof SoftwareEntry.Transition table && entry.number() == 2) {
            int bytes = readers.format().bytes();
            long index = (address >>> PAGE_SHIFT) % (PAGE_BYTES / bytes);
            long value = space.physical().readUnsigned(table.physical() + index * bytes, bytes);
            return (value & 1) != 0
                    ? new Stretch(
                            pageEnd(address),
                            resident(
                                    PageSource.TRANSITION,
                                    value & readers.format().frames(),
                                    address))
                    : ofEntry(address, pageEnd(address), said(value));
        }
        return new Stretch(end, missing(Fault.NOT_PRESENT, "the page table for it is not in memory"));
    }

    private Stretch ofEntry(long address, long end, SoftwareEntry entry) {
        long one = pageEnd(address);
        return switch (entry) {
            case SoftwareEntry.Empty _ -> empty(address, end);
            case SoftwareEntry.Transition page ->
                new Stretch(one, resident(PageSource.TRANSITION, page.physical(), address));
            case SoftwareEntry.Valid page ->
                new Stretch(one, resident(PageSource.PAGE_TABLE, page.physical(), address));
            case SoftwareEntry.Prototype prototype -> new Stretch(one, ofSection(prototype.address(), address));
            case SoftwareEntry.PrototypeOfRegion _ -> ofRegionsSection(address, one);
            case SoftwareEntry.Paged paged -> new Stretch(one, paged(paged, address));
            case SoftwareEntry.Unclear unclear -> new Stretch(one, unclear(unclear.asIs()));
            case SoftwareEntry.DemandZero _ -> new Stretch(end, neverTouched());
            case SoftwareEntry.OfFile _ -> new Stretch(one, missing(Fault.FILE_PAGE_ABSENT, "it was not read"));
        };
    }

    private static PageContent neverTouched() {
        return missing(Fault.NEVER_TOUCHED, "its process has never used it: it would be zero");
    }

    /** What an entry of the process says, without the bits that keep processors away. */
    private SoftwareEntry said(long entry) {
        EntryFormat format = readers.format();
        if (!format.mayBeMixed(entry)) {
            return format.ofProcess(entry);
        }
        OptionalLong mask = invalidMask.apply(() -> regions().rows());
        return mask.isPresent()
                ? format.ofProcess(entry & ~mask.getAsLong())
                : format.ofMixed(entry, InvalidMask.inMemory(space.physical().map()));
    }

    private static String place(SoftwareEntry.Paged paged) {
        return "page 0x%x of page file %d".formatted(paged.offset(), paged.file());
    }

    private PageContent paged(SoftwareEntry.Paged paged, long address) {
        Optional<PageFile> file = readers.files().numbered(paged.file());
        if (file.isEmpty()) {
            boolean mayBeStore =
                    paged.file() >= FIRST_UNUSUAL && readers.kernel().version().isAtLeast(WindowsVersion.TEN);
            return missing(Fault.SWAPPED_OUT, place(paged) + (mayBeStore ? ", which may be the compressed store" : ""));
        }
        if (!file.get().holds(paged.offset())) {
            return missing(
                    Fault.SWAPPED_OUT,
                    place(paged) + ", behind the end of " + file.get().path());
        }
        stored = new Stored(address & -PAGE_BYTES, file.get(), paged.offset());
        return new PageContent.Packed(PageSource.PAGE_FILE, place(paged));
    }

    private static PageContent unclear(SoftwareEntry.Paged paged) {
        return missing(
                Fault.NOT_PRESENT,
                place(paged)
                        + ", or none: bits may be set in its entry to keep processors away, and no page shows which");
    }

    /**
     * A page that is in memory. Bits above all memory may have been set in what the processor cannot use, so that it does not
     * look there (since 10 1803).
     */
    private PageContent resident(PageSource source, long frame, long address) {
        MemoryMap map = space.physical().map();
        long inPage = address & (PAGE_BYTES - 1);
        long physical = frame;
        if (Long.compareUnsigned(frame, map.end()) >= 0 && map.end() != 0) {
            physical = frame & InvalidMask.inMemory(map);
        }
        return Long.compareUnsigned(physical, map.end()) < 0
                ? new PageContent.InMemory(source, physical + inPage)
                : missing(Fault.OUTSIDE_PHYSICAL_MEMORY, "the page at " + Address.format(frame) + " is not of memory");
    }

    private PageContent ofSection(long entryAddress, long address) {
        int bytes = readers.format().bytes();
        long entry = readers.kernel().memory().readUnsigned(entryAddress, bytes);
        return switch (readers.format().ofSection(entry)) {
            case SoftwareEntry.Valid page -> resident(PageSource.PROTOTYPE, page.physical(), address);
            case SoftwareEntry.Transition page -> resident(PageSource.PROTOTYPE, page.physical(), address);
            case SoftwareEntry.Paged paged -> paged(paged, address);
            case SoftwareEntry.OfFile _ -> ofFile(fileAt(address));
            case SoftwareEntry.Empty _ -> fileAt(address) == null ? neverTouched() : ofFile(fileAt(address));
            default -> neverTouched();
        };
    }

    private @Nullable String fileAt(long address) {
        MemoryRegion region = region(address);
        return region == null ? null : region.file();
    }

    private static PageContent ofFile(@Nullable String file) {
        return missing(
                Fault.FILE_PAGE_ABSENT,
                file == null ? "it was not read from its file" : "it was not read from " + file);
    }

    private Stretch ofRegionsSection(long address, long end) {
        MemoryRegion region = region(address);
        MemoryRegion.Allocation allocation = region == null ? null : region.allocation();
        long entry = region == null || allocation == null
                ? 0
                : readers.sectionEntries().find(allocation.address(), (address - region.start()) >>> PAGE_SHIFT);
        return new Stretch(
                end,
                entry == 0
                        ? missing(Fault.NOT_PRESENT, "it is of a section whose entry for it is not known")
                        : ofSection(entry, address));
    }

    /** An address for which the page tables hold nothing. */
    private Stretch empty(long address, long tableEnd) {
        MemoryRegion region = region(address);
        if (region == null) {
            boolean whole = regions().missing().isEmpty();
            long end = earlier(nextStart(address), tableEnd);
            return new Stretch(
                    end,
                    whole
                            ? missing(Fault.NO_REGION, "it is in no region of the process")
                            : missing(Fault.NOT_PRESENT, "not all regions of the process can be read"));
        }
        MemoryRegion.Allocation allocation = region.allocation();
        boolean shared = allocation != null
                && (allocation.kind() == MemoryRegion.Kind.IMAGE || allocation.kind() == MemoryRegion.Kind.MAPPED);
        return shared
                ? ofRegionsSection(address, pageEnd(address))
                : new Stretch(earlier(region.end(), tableEnd), neverTouched());
    }

    private static long earlier(long one, long other) {
        // As distances back from the end of the address space, of which 0 is none.
        return Long.compareUnsigned(-one, -other) > 0 ? one : other;
    }

    private Listing<MemoryRegion> regions() {
        Listing<MemoryRegion> known = regions;
        if (known == null) {
            known = readers.regions(process);
            regions = known;
        }
        return known;
    }

    private @Nullable MemoryRegion region(long address) {
        int index = before(address);
        List<MemoryRegion> rows = regions().rows();
        return index >= 0 && Long.compareUnsigned(address, rows.get(index).end()) < 0 ? rows.get(index) : null;
    }

    private long nextStart(long address) {
        List<MemoryRegion> rows = regions().rows();
        int next = before(address) + 1;
        return next < rows.size() ? rows.get(next).start() : 0;
    }

    /** The last region that begins at an address or below it; -1 for none. */
    private int before(long address) {
        List<MemoryRegion> rows = regions().rows();
        int low = 0;
        int high = rows.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(rows.get(middle).start(), address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
