package io.memflow.core.view;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PointerWidth;
import java.nio.ByteOrder;
import java.util.List;

class ArchitectureMemoryContractTest extends PhysicalMemoryContract {
    @Override
    protected List<AddressRange> ranges() {
        return List.of(
                new AddressRange(0x1000, 0x3000),
                new AddressRange(0x6000, 0x1_0123),
                new AddressRange(0x1_0000_0000L, 0x2001));
    }

    @Override
    protected PhysicalMemory open() {
        return new ArchitectureMemory(
                new ArchitectureMemory(PatternMemory.of(ranges()), ByteOrder.BIG_ENDIAN, PointerWidth.BITS_32),
                ByteOrder.LITTLE_ENDIAN,
                PointerWidth.BITS_64);
    }
}
