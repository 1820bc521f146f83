package io.memflow.core.view;

import io.memflow.core.address.Address;
import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.MemoryMap;
import io.memflow.core.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Physical memory that starts elsewhere, see {@link OffsetView}. Closing it closes the source. Thread-safe for reads.
 */
public final class OffsetMemory extends WrappedMemory {
    private final long start;
    private final MemoryMap map;

    /**
     * The part of a memory from an address on.
     *
     * @param start address in the source that is address 0 here
     */
    public OffsetMemory(PhysicalMemory source, long start) {
        super(new OffsetView(source, start), source);
        this.start = start;
        List<AddressRange> moved = new ArrayList<>();
        for (AddressRange range : source.map().ranges()) {
            long first = Address.max(start, range.start());
            if (range.contains(first)) {
                moved.add(new AddressRange(first - start, range.end() - first));
            }
        }
        map = MemoryMap.of(moved);
    }

    @Override
    public MemoryMap map() {
        return map;
    }

    @Override
    public String description() {
        return source().description() + " from " + Address.format(start);
    }
}
