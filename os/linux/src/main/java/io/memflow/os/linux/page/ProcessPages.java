package io.memflow.os.linux.page;

import io.memflow.core.address.AddressRange;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.PageRow;
import io.memflow.core.structure.PageList;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.view.CompletedView;
import java.util.Optional;

/** The pages of one process, mapped or not. Thread-safe. */
public final class ProcessPages implements AbsentPages {
    private final PageReaders readers;
    private final long mm;
    private final VirtualMemory space;

    /**
     * @param mm virtual address of the process' {@code mm_struct}
     * @param space its address space as its page tables map it
     */
    public ProcessPages(PageReaders readers, long mm, VirtualMemory space) {
        this.readers = readers;
        this.mm = mm;
        this.space = space;
    }

    @Override
    public Search open() {
        return new PageSearch(readers, mm, space);
    }

    /** The address space with the pages that are in memory and not mapped. */
    public MemoryView memory() {
        return new CompletedView(space, space.physical(), this);
    }

    /**
     * The file that a region maps, at its own offsets, as far as its pages are in the page cache; empty for a region without
     * one, or where this kernel's pages cannot be told.
     *
     * @param start first virtual address of the region
     */
    public Optional<MemoryView> file(long start) {
        try {
            RegionTable table = readers.regions(mm);
            return table.all().stream()
                    .filter(region -> region.start() == start && region.file() != 0)
                    .findFirst()
                    .flatMap(region -> readers.frames(table, space)
                            .map(frames -> new CachedFile(
                                    readers.files(), frames, space.physical(), region.file(), space.properties())));
        } catch (MemflowException unknown) {
            // Its pages cannot be found, which the caller takes for none of them being there.
            return Optional.empty();
        }
    }

    /** Where the pages of a range are. */
    public Listing<PageRow> pages(AddressRange range) {
        return new PageList(space, open()).of(range);
    }
}
