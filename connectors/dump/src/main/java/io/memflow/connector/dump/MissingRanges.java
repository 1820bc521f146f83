package io.memflow.connector.dump;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MemoryMap;
import java.util.ArrayList;
import java.util.List;

/** What is left of ranges once everything a map holds is taken away. */
final class MissingRanges {
    /** Ranges named one by one; a core written with paging can miss thousands. */
    private static final int NAMED_RANGES = 8;

    private MissingRanges() {}

    /** Says which ranges are missing, in half a sentence. */
    static String describe(List<AddressRange> lost) {
        long bytes = lost.stream().mapToLong(AddressRange::length).sum();
        List<String> named =
                lost.stream().limit(NAMED_RANGES).map(AddressRange::toString).toList();
        String more = lost.size() > NAMED_RANGES ? " and %d more ranges".formatted(lost.size() - NAMED_RANGES) : "";
        return "%d bytes of physical memory are missing, %s%s".formatted(bytes, String.join(", ", named), more);
    }

    /** The parts of {@code ranges}, given in any order, that {@code map} does not hold; ascending, neighbours merged. */
    static List<AddressRange> of(List<AddressRange> ranges, DirectMap map) {
        List<AddressRange> missing = new ArrayList<>();
        for (AddressRange range : MemoryMap.of(ranges).ranges()) {
            long position = range.start();
            long left = range.length();
            for (int i = map.ranges().firstEndingAbove(position); left != 0; i++) {
                long hole = i == map.rangeCount() ? left : Address.min(left, holeBefore(map, i, position));
                if (hole != 0) {
                    missing.add(new AddressRange(position, hole));
                }
                position += hole;
                left -= hole;
                if (left != 0) {
                    long held = Address.min(left, map.end(i) - position);
                    position += held;
                    left -= held;
                }
            }
        }
        return missing;
    }

    private static long holeBefore(DirectMap map, int range, long position) {
        return Address.below(position, map.start(range)) ? map.start(range) - position : 0;
    }
}
