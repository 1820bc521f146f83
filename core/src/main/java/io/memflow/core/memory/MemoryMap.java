package io.memflow.core.memory;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The physical ranges a source holds: ascending, without overlap, neighbours merged. Immutable. */
public final class MemoryMap {
    private final List<AddressRange> ranges;

    private MemoryMap(List<AddressRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** A map of ranges given in any order; overlapping and adjacent ones become one. Empty ranges are dropped. */
    public static MemoryMap of(List<AddressRange> ranges) {
        List<AddressRange> sorted = new ArrayList<>(ranges);
        sorted.removeIf(range -> range.length() == 0);
        sorted.sort(Comparator.comparing(AddressRange::start, Long::compareUnsigned));
        List<AddressRange> merged = new ArrayList<>();
        for (AddressRange range : sorted) {
            AddressRange last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && !Address.below(last.end(), range.start()) && last.end() != 0) {
                long end = Address.max(last.end() - 1, range.end() - 1) + 1;
                merged.set(merged.size() - 1, new AddressRange(last.start(), end - last.start()));
            } else if (last == null || last.end() != 0) {
                merged.add(range);
            }
        }
        return new MemoryMap(merged);
    }

    public List<AddressRange> ranges() {
        return ranges;
    }

    /** Sum of the ranges in bytes, holes not counted. */
    public long totalBytes() {
        return ranges.stream().mapToLong(AddressRange::length).sum();
    }

    /** Address after the last byte of the last range; 0 for an empty map. */
    public long end() {
        return ranges.isEmpty() ? 0 : ranges.getLast().end();
    }

    public boolean contains(long address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
