package io.memflow.core.view;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.RangeTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A checked list of {@link RemappedRange}s: ascending, none empty, none overlapping or wrapping. Immutable. */
public final class Remapping {
    private final List<RemappedRange> ranges;
    private final RangeTable table;

    private Remapping(List<RemappedRange> ranges) {
        this.ranges = List.copyOf(ranges);
        table = new RangeTable(ranges.stream()
                .map(range -> new RangeTable.Entry(range.base(), range.length(), range.realBase()))
                .toList());
    }

    /**
     * Checks ranges given in any order. Two ranges may show the same bytes of the source, but no address may have two
     * ranges.
     *
     * @throws MemflowException with kind {@link ErrorKind#MEMORY_MAP_OUT_OF_RANGE} or {@link ErrorKind#ALREADY_EXISTS}
     *     that names the range and the reason
     */
    public static Remapping of(List<RemappedRange> ranges) {
        List<RemappedRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(RemappedRange::base, Long::compareUnsigned));
        for (int i = 0; i < sorted.size(); i++) {
            RemappedRange range = sorted.get(i);
            requireInsideSpace("base", range.base(), range);
            requireInsideSpace("real_base", range.realBase(), range);
            // The one before was found to end inside the space.
            if (i > 0
                    && Address.below(
                            range.base(),
                            sorted.get(i - 1).base() + sorted.get(i - 1).length())) {
                throw refused(
                        ErrorKind.ALREADY_EXISTS,
                        "The ranges %s and %s of the memory map overlap: an address can lie in one place only."
                                .formatted(sorted.get(i - 1), range));
            }
        }
        return new Remapping(sorted);
    }

    /** A table of ranges cannot hold the very last byte of the space; no machine has memory there. */
    private static void requireInsideSpace(String name, long start, RemappedRange range) {
        if (range.length() == 0) {
            throw refused(
                    ErrorKind.MEMORY_MAP_OUT_OF_RANGE,
                    "The range at %s of the memory map has no bytes: give its length or leave it out."
                            .formatted(Address.format(range.base())));
        }
        if (!Address.below(start, start + range.length())) {
            throw refused(
                    ErrorKind.MEMORY_MAP_OUT_OF_RANGE,
                    "The range at %s of the memory map: %s bytes from its %s %s on run past the 64-bit address space."
                            .formatted(
                                    Address.format(range.base()),
                                    Address.format(range.length()),
                                    name,
                                    Address.format(start)));
        }
    }

    private static MemflowException refused(ErrorKind kind, String message) {
        return new MemflowException(ErrorOrigin.MEMORY_MAP, kind, message);
    }

    /** The ranges, ascending. */
    public List<RemappedRange> ranges() {
        return ranges;
    }

    /** The ranges for look-up; a range's target is its address in the source. */
    RangeTable table() {
        return table;
    }

    /** What a source that holds some ranges holds when seen through this. */
    MemoryMap through(MemoryMap source) {
        List<AddressRange> held = new ArrayList<>();
        for (RemappedRange range : ranges) {
            for (AddressRange real : source.ranges()) {
                long start = Address.max(range.realBase(), real.start());
                // Inclusive ends, because a range of a map may end at 2^64.
                long last = Address.min(range.realBase() + range.length() - 1, real.end() - 1);
                if (!Address.below(last, start)) {
                    held.add(new AddressRange(start - range.realBase() + range.base(), last - start + 1));
                }
            }
        }
        return MemoryMap.of(held);
    }

    /** Where bytes that a source has mapped lie when seen through this. */
    DirectMap through(DirectMap source) {
        DirectMap.Builder builder = DirectMap.builder();
        for (RemappedRange range : ranges) {
            for (int i = 0; i < source.rangeCount(); i++) {
                long start = Address.max(range.realBase(), source.start(i));
                long end = Address.min(range.realBase() + range.length(), source.end(i));
                if (Address.below(start, end)) {
                    long base = start - range.realBase() + range.base();
                    builder.add(base, source.segment(i), source.offset(i, start), end - start);
                }
            }
        }
        return builder.build();
    }
}
