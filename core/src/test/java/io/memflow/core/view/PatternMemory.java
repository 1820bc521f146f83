package io.memflow.core.view;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Memory for tests of wrappers. */
public final class PatternMemory {
    private PatternMemory() {}

    /** Holds the pattern in some ranges, writable. */
    public static PhysicalMemory of(List<AddressRange> ranges) {
        return of(Remapping.of(ranges.stream()
                .map(range -> new RemappedRange(range.start(), range.length(), range.start()))
                .toList()));
    }

    /** Holds, where a range really lies, the pattern of the addresses that the range is seen at. */
    @SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
    static PhysicalMemory of(Remapping remapping) {
        Arena arena = Arena.ofShared();
        DirectMap.Builder map = DirectMap.builder();
        for (RemappedRange range : remapping.ranges()) {
            MemorySegment segment = arena.allocate(range.length());
            Pattern.fill(segment, range.base());
            map.add(range.realBase(), segment, 0, range.length());
        }
        return new MappedMemory(
                map.build(), arena, ViewProperties.Access.READ_WRITE, "pattern", List.of("a defect of its own"));
    }
}
