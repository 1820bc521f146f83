package io.memflow.core.view;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import java.util.List;

class OffsetMemoryContractTest extends PhysicalMemoryContract {
    @Override
    protected List<AddressRange> ranges() {
        return List.of(new AddressRange(0, 0x1F00), new AddressRange(0x5100, 0x3001));
    }

    @Override
    protected PhysicalMemory open() {
        return new OffsetMemory(
                PatternMemory.of(Remapping.of(List.of(
                        new RemappedRange(0x7000_0000, 0x100, 0x10),
                        new RemappedRange(0, 0x1F00, 0x3100),
                        new RemappedRange(0x5100, 0x3001, 0x8200)))),
                0x3100);
    }
}
