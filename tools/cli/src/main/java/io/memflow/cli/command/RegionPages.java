package io.memflow.cli.command;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageContent;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.PageRow;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.Row;
import java.util.EnumMap;
import java.util.Map;

/**
 * How much of a region is where. Immutable.
 *
 * @param region the region
 * @param found bytes in memory, by how their place was found
 * @param missing bytes that are not, by cause
 */
record RegionPages(MemoryRegion region, Map<PageSource, Long> found, Map<Fault, Long> missing) implements Row {
    RegionPages {
        found = Map.copyOf(found);
        missing = Map.copyOf(missing);
    }

    static RegionPages of(MemoryRegion region, Listing<PageRow> pages) {
        Map<PageSource, Long> found = new EnumMap<>(PageSource.class);
        Map<Fault, Long> missing = new EnumMap<>(Fault.class);
        for (PageRow row : pages.rows()) {
            long length = row.run().range().length();
            switch (row.run().content()) {
                case PageContent.InMemory page -> found.merge(page.source(), length, Long::sum);
                case PageContent.Packed page -> found.merge(page.source(), length, Long::sum);
                case PageContent.Missing gone -> missing.merge(gone.cause(), length, Long::sum);
            }
        }
        return new RegionPages(region, found, missing);
    }

    @Override
    public Provenance provenance() {
        return region.provenance();
    }

    /** Bytes found in one way. */
    long bytes(PageSource source) {
        return found.getOrDefault(source, 0L);
    }

    /** Bytes missing for one cause. */
    long bytes(Fault cause) {
        return missing.getOrDefault(cause, 0L);
    }

    /** Bytes missing for other causes than the usual three. */
    long otherwiseMissing() {
        long all = missing.values().stream().mapToLong(Long::longValue).sum();
        return all - bytes(Fault.SWAPPED_OUT) - bytes(Fault.FILE_PAGE_ABSENT) - bytes(Fault.NEVER_TOUCHED);
    }
}
