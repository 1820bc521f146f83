package io.memflow.core.translate;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;

/**
 * Page tables that lie in mapped memory. The largest range of the map is tried first, since it holds nearly all of them.
 * Entries have 4 or 8 bytes. Immutable; an access may throw {@link InternalError}, see
 * {@link io.memflow.core.memory.MappedFaults}.
 */
final class DirectTables implements ReadyTables {
    final DirectMap map;
    private final int entryShift;
    private final long entryBytes;
    private final long start;
    /** Bytes of the largest range at which an entry can start. */
    private final long usable;

    private final long base;
    private final MemorySegment segment;

    DirectTables(DirectMap map, int entryShift) {
        this.map = map;
        this.entryShift = entryShift;
        entryBytes = 1L << entryShift;
        int largest = -1;
        for (int range = 0; range < map.rangeCount(); range++) {
            boolean larger = largest < 0
                    || Long.compareUnsigned(map.end(range) - map.start(range), map.end(largest) - map.start(largest))
                            > 0;
            largest = larger ? range : largest;
        }
        boolean fits = largest >= 0 && map.end(largest) - map.start(largest) >= entryBytes;
        start = fits ? map.start(largest) : 0;
        usable = fits ? map.end(largest) - start - (entryBytes - 1) : 0;
        base = fits ? map.offset(largest, start) : 0;
        segment = fits ? map.segment(largest) : MemorySegment.NULL;
    }

    @Override
    public boolean holds(long address) {
        return Long.compareUnsigned(address - start, usable) < 0 || holdsElsewhere(address);
    }

    private boolean holdsElsewhere(long address) {
        int range = map.find(address);
        return range >= 0 && Long.compareUnsigned(map.end(range) - address, entryBytes) >= 0;
    }

    @Override
    public long entry(long address) {
        long within = address - start;
        if (Long.compareUnsigned(within, usable) >= 0) {
            return entryElsewhere(address);
        }
        return entryShift == 3
                ? segment.get(ScalarLayout.LONG_LITTLE, within + base)
                : segment.get(ScalarLayout.INT_LITTLE, within + base) & 0xFFFF_FFFFL;
    }

    private long entryElsewhere(long address) {
        int range = map.find(address);
        MemorySegment other = map.segment(range);
        long offset = map.offset(range, address);
        return entryShift == 3
                ? other.get(ScalarLayout.LONG_LITTLE, offset)
                : other.get(ScalarLayout.INT_LITTLE, offset) & 0xFFFF_FFFFL;
    }
}
