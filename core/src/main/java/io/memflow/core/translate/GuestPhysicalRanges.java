package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.paging.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What second-stage tables map to memory that the host holds.
 *
 * @param map the guest-physical ranges
 * @param defect a sentence on what the map lacks
 */
record GuestPhysicalRanges(MemoryMap map, Optional<String> defect) {
    /** Ranges beyond which tables are taken for nonsense: a real guest has a few, scrambled tables have millions. */
    private static final int MOST_RANGES = 1 << 18;
    /**
     * Walks all tables.
     *
     * @param host what the host holds
     * @param mostEntries entries after which the walk ends
     */
    static GuestPhysicalRanges of(PageTableWalker walker, AddressSpace.Tree tree, MemoryMap host, long mostEntries) {
        Collector collector = new Collector(host.ranges());
        PageTableWalk walk = new PageTableWalk(walker, PageTableWalk.DEFAULT_SCRATCH_BYTES, mostEntries);
        WalkEnd end = walk.walk(tree, collector);
        MemoryMap map = MemoryMap.of(collector.found);
        if (end != WalkEnd.COMPLETE) {
            return new GuestPhysicalRanges(
                    map,
                    Optional.of("The second-stage tables map more than a guest can have; the memory map ends at "
                            + Address.format(map.end()) + "."));
        }
        return new GuestPhysicalRanges(
                map,
                walk.unreadableTables() == 0
                        ? Optional.empty()
                        : Optional.of(walk.unreadableTables()
                                + " second-stage tables could not be read; what they map is not in the memory map."));
    }

    /** Keeps the parts of mapped runs that the host holds, neighbours joined. */
    private static final class Collector implements MappingSink {
        private final List<AddressRange> host;
        final List<AddressRange> found = new ArrayList<>();

        Collector(List<AddressRange> host) {
            this.host = host;
        }

        @Override
        public boolean mapping(long guestPhysical, long physical, long length, int pageType, long pageSize) {
            // Last addresses instead of ends: a range of the host may end at 2^64.
            long last = physical + length - 1;
            for (int i = firstReaching(physical);
                    i < host.size() && !Address.below(last, host.get(i).start());
                    i++) {
                AddressRange range = host.get(i);
                long from = Address.max(physical, range.start());
                long to = Address.min(last, range.end() - 1);
                append(guestPhysical + (from - physical), to - from + 1);
            }
            return found.size() < MOST_RANGES;
        }

        /** The first host range that ends at or after an address. */
        private int firstReaching(long physical) {
            int low = 0;
            int high = host.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (Address.below(host.get(middle).end() - 1, physical)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private void append(long start, long length) {
            AddressRange last = found.isEmpty() ? null : found.getLast();
            if (last != null && last.end() == start) {
                found.set(found.size() - 1, new AddressRange(last.start(), last.length() + length));
            } else {
                found.add(new AddressRange(start, length));
            }
        }
    }
}
