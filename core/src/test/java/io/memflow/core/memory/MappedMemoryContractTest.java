package io.memflow.core.memory;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.contract.PhysicalMemoryContract;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
class MappedMemoryContractTest extends PhysicalMemoryContract {
    @Override
    protected List<AddressRange> ranges() {
        return List.of(
                new AddressRange(0, 0x9_F123),
                new AddressRange(0xA_0000, 0x3000),
                new AddressRange(0x1_0000_0000L, 0x1_0001));
    }

    @Override
    protected PhysicalMemory open() {
        Arena arena = Arena.ofShared();
        DirectMap.Builder map = DirectMap.builder();
        for (AddressRange range : ranges().reversed()) {
            MemorySegment segment = arena.allocate(range.length() + 10);
            Pattern.fill(segment.asSlice(10), range.start());
            // In two pieces, which the map has to join again.
            long half = range.length() / 2;
            map.add(range.start(), segment, 10, half);
            map.add(range.start() + half, segment, 10 + half, range.length() - half);
        }
        return new MappedMemory(map.build(), arena, ViewProperties.Access.READ_ONLY, "pattern", List.of());
    }
}
