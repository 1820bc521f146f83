package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryMap;
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
    /** Entries after which the walk ends: those of 256 GiB in pages of 4 KiB. */
    static final long MOST_ENTRIES = 1L << 26;

    /**
     * Walks all tables below a root.
     *
     * @param host what the host holds
     * @param mostEntries entries after which the walk ends
     */
    static GuestPhysicalRanges of(PageTableWalker walker, long root, MemoryMap host, long mostEntries) {
        Collector collector = new Collector(host.ranges());
        Translation outcome = new Translation();
        long end = 1L << walker.format().virtualBits();
        long entries = 0;
        long address = 0;
        while (address != end) {
            if (entries++ == mostEntries || collector.found.size() >= MOST_RANGES) {
                return new GuestPhysicalRanges(
                        MemoryMap.of(collector.found),
                        Optional.of("The second-stage tables map more than a guest can have; the memory map ends at "
                                + Address.format(address) + "."));
            }
            boolean mapped = walker.translate(root, address, outcome);
            // An outcome holds for the aligned range around the address.
            long next = (address | outcome.pageSize() - 1) + 1;
            if (mapped) {
                collector.add(address, outcome.physical(), next - address);
            }
            address = next;
        }
        return new GuestPhysicalRanges(MemoryMap.of(collector.found), Optional.empty());
    }

    /** Keeps the parts of mapped runs that the host holds, neighbours joined. */
    private static final class Collector {
        private final List<AddressRange> host;
        final List<AddressRange> found = new ArrayList<>();

        Collector(List<AddressRange> host) {
            this.host = host;
        }

        void add(long guestPhysical, long physical, long length) {
            // Last addresses instead of ends: a range of the host may end at 2^64.
            long last = physical + length - 1;
            for (int i = firstReaching(physical); i < host.size() && !Address.below(last, host.get(i).start()); i++) {
                AddressRange range = host.get(i);
                long from = Address.max(physical, range.start());
                long to = Address.min(last, range.end() - 1);
                append(guestPhysical + (from - physical), to - from + 1);
            }
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
