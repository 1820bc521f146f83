package io.memflow.os.windows.page;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.AbsentPages;
import io.memflow.core.memory.MemoryView;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.PageRow;
import io.memflow.core.structure.PageList;
import io.memflow.core.translate.TableEntries;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.core.view.CompletedView;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** The pages of one process, mapped or not. Thread-safe. */
public final class ProcessPages implements AbsentPages {
    private final PageReaders readers;
    private final long process;
    private final VirtualMemory space;
    private final AtomicBoolean hasLooked = new AtomicBoolean();

    ProcessPages(PageReaders readers, long process, VirtualMemory space) {
        this.readers = readers;
        this.process = process;
        this.space = space;
    }

    @Override
    public Search open() {
        return new PageSearch(readers, process, space, this::invalidMask);
    }

    /** Learned once from this process, when none of the machine has shown it so far. */
    private OptionalLong invalidMask(Supplier<List<MemoryRegion>> regions) {
        if (readers.invalidMask().isEmpty() && !hasLooked.getAndSet(true)) {
            TableEntries tables =
                    new TableEntries(space.physical(), space.space().lower());
            readers.learned(InvalidMask.learn(
                    tables, regions.get(), readers.format(), space.physical().map()));
        }
        return readers.invalidMask();
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
