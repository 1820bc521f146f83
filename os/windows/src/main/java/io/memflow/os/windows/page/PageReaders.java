package io.memflow.os.windows.page;

import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.structure.WhenKnown;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.region.RegionRows;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.OptionalLong;

/** What the search for pages needs of a kernel. Thread-safe. */
public final class PageReaders {
    private final WindowsKernel kernel;
    private final WhenKnown<RegionRows> regions;
    private final EntryFormat format;
    private final SectionEntries sectionEntries;
    private final PageFiles files;
    private volatile OptionalLong invalidMask = OptionalLong.empty();

    /**
     * @param regions reads the regions of processes
     * @param files what the user has of the target's page files
     */
    public PageReaders(WindowsKernel kernel, WhenKnown<RegionRows> regions, PageFiles files) {
        this.kernel = kernel;
        this.regions = regions;
        this.files = files;
        format = EntryFormat.of(kernel);
        sectionEntries = new SectionEntries(kernel, format);
    }

    WindowsKernel kernel() {
        return kernel;
    }

    EntryFormat format() {
        return format;
    }

    PageFiles files() {
        return files;
    }

    /** What {@link InvalidMask} has learned from some process: it is the same for all of a machine. */
    OptionalLong invalidMask() {
        return invalidMask;
    }

    void learned(OptionalLong mask) {
        if (mask.isPresent()) {
            invalidMask = mask;
        }
    }

    /**
     * The regions of a process.
     *
     * @param process virtual address of its {@code EPROCESS}
     */
    Listing<MemoryRegion> regions(long process) {
        return regions.list("regions", rows -> rows.regions(process));
    }

    SectionEntries sectionEntries() {
        return sectionEntries;
    }

    /**
     * The pages of a process, mapped or not.
     *
     * @param process virtual address of its {@code EPROCESS}
     * @param space its address space as its page tables map it
     */
    public ProcessPages pages(long process, VirtualMemory space) {
        return new ProcessPages(this, process, space);
    }
}
