package io.memflow.core.view;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import java.util.List;

class ZeroFilledMemoryContractTest extends PhysicalMemoryContract {
    @Override
    protected List<AddressRange> ranges() {
        return List.of(new AddressRange(0, 0x1_2345));
    }

    @Override
    protected PhysicalMemory open() {
        return new ZeroFilledMemory(PatternMemory.of(ranges()));
    }
}
