package io.memflow.os.windows.page;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.PageRow;
import io.memflow.core.structure.PageList;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.view.CompletedView;

/** The pages of one process, mapped or not. Thread-safe. */
public final class ProcessPages implements AbsentPages {
    private final PageReaders readers;
    private final long process;
    private final VirtualMemory space;

    ProcessPages(PageReaders readers, long process, VirtualMemory space) {
        this.readers = readers;
        this.process = process;
        this.space = space;
    }

    @Override
    public Search open() {
        return new PageSearch(readers, process, space);
    }

    /** The address space with the pages that are in memory and not mapped. */
    public MemoryView memory() {
        return EntryFormat.isKnown(readers.kernel()) ? new CompletedView(space, space.physical(), this) : space;
    }

    /** Where the pages of a range are. */
    public Listing<PageRow> pages(AddressRange range) {
        return EntryFormat.isKnown(readers.kernel())
                ? new PageList(space, open()).of(range)
                : Listing.absent(
                        "places of pages", "what this processor's page tables say of absent pages is not known");
    }
}
