package io.memflow.core.view;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PointerWidth;
import java.nio.ByteOrder;
import java.util.List;

class StackedMemoryContractTest extends PhysicalMemoryContract {
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
                new OffsetMemory(
                        new RemappedMemory(
                                // Without direct access all goes the general way.
                                new MeteredMemory(new ZeroFilledMemory(PatternMemory.of(ranges()))), shifted()),
                        0x10_0000),
                ByteOrder.LITTLE_ENDIAN,
                PointerWidth.BITS_64);
    }

    private Remapping shifted() {
        return Remapping.of(ranges().stream()
                .map(range -> new RemappedRange(range.start() + 0x10_0000, range.length(), range.start()))
                .toList());
    }
}
