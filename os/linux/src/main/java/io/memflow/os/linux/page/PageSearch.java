package io.memflow.os.linux.page;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageRun;
import io.memflow.core.memory.PageSource;
import io.memflow.core.translate.TableEntries;
import io.memflow.core.translate.TableEntry;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One look for pages of a process that its tables do not map. Confined. */
final class PageSearch implements AbsentPages.Search {
    private final PageReaders readers;
    private final long mm;
    private final VirtualMemory space;
    private final TableEntries tables;
    private final long pageBytes;
    private @Nullable RegionTable regions;
    private final Map<Long, String> devices = new HashMap<>();
    /** The page that was restored last, and its address. */
    private byte[] restored = {};

    private long restoredStart;

    PageSearch(PageReaders readers, long mm, VirtualMemory space) {
        this.readers = readers;
        this.mm = mm;
        this.space = space;
        tables = new TableEntries(space.physical(), space.space().lower());
        pageBytes = readers.kernel().facts().pageBytes();
    }

    /** What is known from an address on, up to another. */
    private record Stretch(long end, PageContent content) {}

    @Override
    public PageRun find(long address, long length) {
        TableEntry entry = tables.find(address);
        long pageEnd = (address & -pageBytes) + pageBytes;
        Stretch stretch;
        try {
            stretch = entry.fault() == Fault.NONE
                    ? stretch(address, entry)
                    : new Stretch(
                            pageEnd, missing(Fault.NOT_PRESENT, entry.fault().text()));
        } catch (MemflowException unreadable) {
            stretch = new Stretch(pageEnd, missing(Fault.NOT_PRESENT, String.valueOf(unreadable.getMessage())));
        }
        // An end of 0 is the end of the address space; unsigned differences are right for it too.
        long known = stretch.end - address;
        long given = Long.compareUnsigned(known, length) < 0 ? known : length;
        return new PageRun(new AddressRange(address, given), stretch.content);
    }

    private Stretch stretch(long address, TableEntry entry) {
        long end = entry.start() + entry.length();
        return switch (readers.decoder().decode(entry)) {
            case SoftEntry.Resident page ->
                new Stretch(end, new PageContent.InMemory(page.source(), page.physical() + (address - entry.start())));
            case SoftEntry.Gone gone -> new Stretch(end, missing(gone.cause(), gone.why()));
            case SoftEntry.Swapped swapped -> new Stretch(end, swapped(swapped, address));
            case SoftEntry.Untouched _ -> untouched(address, end);
        };
    }

    private static PageContent missing(Fault cause, String why) {
        return new PageContent.Missing(cause, why);
    }

    private RegionTable regions() {
        RegionTable known = regions;
        if (known == null) {
            known = readers.regions(mm);
            regions = known;
        }
        return known;
    }

    /** An address for which the page tables hold nothing. */
    private Stretch untouched(long tagged, long tableEnd) {
        int unused = Long.SIZE - space.format().virtualBits();
        long address = unused > 0 && space.format().ignoredTopBits() > 0 ? tagged << unused >>> unused : tagged;
        long tag = tagged - address;
        RegionTable table = regions();
        Optional<RegionTable.Region> found = table.at(address);
        if (found.isEmpty()) {
            long next = table.nextStart(address);
            long end = next == -1 ? tableEnd : earlier(next + tag, tableEnd);
            return table.isWhole()
                    ? new Stretch(end, missing(Fault.NO_REGION, "it is in no region of the process"))
                    : new Stretch(end, missing(Fault.NOT_PRESENT, "not all regions of the process can be read"));
        }
        RegionTable.Region region = found.get();
        long end = earlier(region.end() + tag, tableEnd);
        if (region.file() != 0) {
            return ofFile(region, address, tag, end);
        }
        return region.operations() == 0
                ? new Stretch(end, missing(Fault.NEVER_TOUCHED, "its process has never used it"))
                : new Stretch(end, missing(Fault.NOT_PRESENT, "it is of a special mapping and was not mapped yet"));
    }

    private static long earlier(long one, long other) {
        // As distances back from the end of the address space, of which 0 is none.
        return Long.compareUnsigned(-one, -other) > 0 ? one : other;
    }

    private Stretch ofFile(RegionTable.Region region, long address, long tag, long end) {
        long index = region.firstPage() + Long.divideUnsigned(address - region.start(), pageBytes);
        long inPage = address & (pageBytes - 1);
        long pageEnd = address - inPage + pageBytes + tag;
        FilePages files = readers.files();
        return switch (files.find(region.file(), index)) {
            case FilePages.Place.Cached cached ->
                new Stretch(pageEnd, cached(PageSource.PAGE_CACHE, cached.page(), inPage));
            case FilePages.Place.Swapped swapped -> new Stretch(pageEnd, shared(swapped.value(), address + tag));
            case FilePages.Place.Filling _ ->
                new Stretch(pageEnd, missing(Fault.FILE_PAGE_ABSENT, "it is being read from " + named(region, index)));
            case FilePages.Place.BehindEnd _ ->
                new Stretch(end, missing(Fault.FILE_PAGE_ABSENT, "the file ends before it: " + named(region, index)));
            case FilePages.Place.Uncounted _ ->
                new Stretch(
                        end, missing(Fault.NOT_PRESENT, "huge pages of a file that are not mapped are not followed"));
            case FilePages.Place.Absent absent -> {
                long lastEnd = pageEnd + (absent.last() - index) * pageBytes;
                boolean beyond = Long.compareUnsigned(absent.last() - index, (end - pageEnd) / pageBytes) >= 0;
                yield new Stretch(beyond ? end : lastEnd, absent(region, index));
            }
        };
    }

    private PageContent absent(RegionTable.Region region, long index) {
        return readers.files().isSharedMemory(region.file())
                ? missing(Fault.NEVER_TOUCHED, "no process has ever used this page of " + named(region, index))
                : missing(Fault.FILE_PAGE_ABSENT, named(region, index));
    }

    private String named(RegionTable.Region region, long index) {
        return readers.name(region.file()).orElse("a file without a name") + " at offset 0x"
                + Long.toHexString(index * pageBytes);
    }

    private PageContent cached(PageSource source, long page, long inPage) {
        Optional<PageFrames> frames = readers.frames(regions(), space);
        return frames.isPresent()
                ? new PageContent.InMemory(source, frames.get().physical(page) + inPage)
                : missing(
                        Fault.NOT_PRESENT,
                        "it is in the " + source.text() + ", but where the frames of struct page are is not known");
    }

    /** A page of shared memory that was swapped out, or marked by the kernel. */
    private PageContent shared(long value, long address) {
        SwapValues values = SwapValues.of(readers.kernel().facts().pointerBytes());
        return switch (readers.decoder().special(values.device(value), values.offset(value))) {
            case SoftEntry.Swapped swapped -> swapped(swapped, address);
            case SoftEntry.Gone gone -> missing(gone.cause(), gone.why());
            case SoftEntry.Resident page ->
                new PageContent.InMemory(page.source(), page.physical() + (address & (pageBytes - 1)));
            case SoftEntry.Untouched _ -> missing(Fault.NEVER_TOUCHED, "no process has ever used it");
        };
    }

    private PageContent swapped(SoftEntry.Swapped entry, long address) {
        String place = "swap device " + entry.device() + " at page " + Long.toUnsignedString(entry.offset());
        try {
            return onDevice(place, entry, address);
        } catch (MemflowException unknown) {
            // Kernels without CONFIG_KALLSYMS_ALL name no data, and so neither devices nor swap cache.
            String why = String.valueOf(unknown.getMessage());
            return missing(Fault.SWAPPED_OUT, place + "; whether it is cached is not known: " + why);
        }
    }

    private PageContent onDevice(String place, SoftEntry.Swapped entry, long address) {
        Optional<Long> info = readers.devices().info(entry.device(), entry.offset());
        if (info.isEmpty()) {
            return missing(Fault.SWAPPED_OUT, place + ", which no swap device has");
        }
        Optional<PageFrames> frames = readers.frames(regions(), space);
        long page = frames.map(known -> readers.swapCache().find(info.get(), entry.device(), entry.offset(), known))
                .orElse(0L);
        if (page != 0 && readers.folios().isFilled(page)) {
            return cached(PageSource.SWAP_CACHE, page, address & (pageBytes - 1));
        }
        String named = place + deviceName(info.get());
        return switch (kept(info.get(), entry.offset(), frames)) {
            case KeptPages.Kept.Nowhere _ -> missing(Fault.SWAPPED_OUT, named);
            case KeptPages.Kept.Lost lost -> missing(Fault.SWAPPED_OUT, named + ": " + lost.why());
            case KeptPages.Kept.Page kept -> {
                restored = kept.bytes();
                restoredStart = address & -pageBytes;
                yield new PageContent.Packed(kept.source(), named + kept.where());
            }
        };
    }

    private KeptPages.Kept kept(long info, long offset, Optional<PageFrames> frames) {
        try {
            return readers.kept().find(info, offset, frames);
        } catch (MemflowException unknown) {
            return new KeptPages.Kept.Lost(
                    "whether the device keeps it in memory is not known: " + unknown.getMessage());
        }
    }

    private String deviceName(long info) {
        return devices.computeIfAbsent(
                info,
                device -> readers.devices()
                        .name(device)
                        .map(file -> " (" + file + ")")
                        .orElse(""));
    }

    @Override
    public Fault restore(long address, MemorySegment target) {
        long start = address & -pageBytes;
        if (restored.length == 0 || restoredStart != start) {
            restored = new byte[0];
            find(start, pageBytes);
        }
        long within = address - start;
        if (target.byteSize() > restored.length - within) {
            return Fault.SWAPPED_OUT;
        }
        MemorySegment.copy(MemorySegment.ofArray(restored), within, target, 0, target.byteSize());
        return Fault.NONE;
    }
}
