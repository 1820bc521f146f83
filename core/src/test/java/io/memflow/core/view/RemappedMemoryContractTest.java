package io.memflow.core.view;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import java.util.List;

class RemappedMemoryContractTest extends PhysicalMemoryContract {
    /** The first range is two that touch, whose bytes lie apart and in the other order. */
    private static final Remapping MAP = Remapping.of(List.of(
            new RemappedRange(0x1000, 0x1000, 0x9_0000),
            new RemappedRange(0x2000, 0x2000, 0x5_0000),
            new RemappedRange(0x6000, 0x1_0123, 0x10),
            new RemappedRange(0x1_0000_0000L, 0x2001, 0xFFFF_FFFF_FFFF_0000L)));

    @Override
    protected List<AddressRange> ranges() {
        return List.of(
                new AddressRange(0x1000, 0x3000),
                new AddressRange(0x6000, 0x1_0123),
                new AddressRange(0x1_0000_0000L, 0x2001));
    }

    @Override
    protected PhysicalMemory open() {
        return new RemappedMemory(PatternMemory.of(MAP), MAP);
    }
}
