package io.memflow.os.windows.page;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.WhenKnown;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.region.RegionRows;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.Optional;
import java.util.OptionalLong;

/** What the search for pages needs of a kernel. Thread-safe. */
public final class PageReaders {
    private final WindowsKernel kernel;
    private final WhenKnown<RegionRows> regions;
    private final EntryFormat format;
    private final Optional<KernelField> firstPrototype;
    private final Optional<KernelField> lastPrototype;
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
        firstPrototype = kernel.optionalField("_MMVAD", "FirstPrototypePte");
        lastPrototype = kernel.optionalField("_MMVAD", "LastContiguousPte");
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

    /**
     * Virtual address of the entry of a section that tells where a page of a region is; 0 when it is not known.
     *
     * @param vad virtual address of the region's {@code MMVAD}
     * @param page number of the page in the region
     * @throws MemflowException when it cannot be read
     */
    long sectionEntry(long vad, long page) {
        if (firstPrototype.isEmpty()) {
            return 0;
        }
        long first = firstPrototype.get().pointer(vad);
        if (!kernel.architecture().isKernelAddress(first)) {
            return 0;
        }
        long entry = first + page * format.bytes();
        long last = lastPrototype.isPresent() ? lastPrototype.get().pointer(vad) : 0;
        // Further entries are elsewhere, with the next part of the file.
        return last != 0 && Long.compareUnsigned(entry, last) > 0 ? 0 : entry;
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
