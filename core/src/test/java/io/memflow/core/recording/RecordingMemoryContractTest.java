package io.memflow.core.recording;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.view.PatternMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

class RecordingMemoryContractTest extends PhysicalMemoryContract {
    @Override
    protected List<AddressRange> ranges() {
        return List.of(
                new AddressRange(0x1000, 0x3000),
                new AddressRange(0x6000, 0x1_0123),
                new AddressRange(0x1_0000_0000L, 0x2001));
    }

    @Override
    protected PhysicalMemory open() throws IOException {
        return new RecordingMemory(PatternMemory.of(ranges()), Files.newOutputStream(directory.resolve("recording")));
    }
}
