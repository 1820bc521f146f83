package io.memflow.host.ram;

import io.memflow.core.address.AddressRange;
import io.memflow.core.contract.Pattern;
import io.memflow.core.contract.PhysicalMemoryContract;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The process that is read is this one. */
@EnabledOnOs(OS.LINUX)
class ProcessMemoryContractTest extends PhysicalMemoryContract {
    private final Arena target = Arena.ofAuto();

    @Override
    protected List<AddressRange> ranges() {
        return List.of(
                new AddressRange(0, 0xA_0000),
                new AddressRange(0xC_0000, 0x18_0000),
                new AddressRange(0x1_0000_0000L, 0x8000));
    }

    @Override
    protected PhysicalMemory open() {
        List<HostPiece> pieces = new ArrayList<>();
        for (AddressRange range : ranges().reversed()) {
            MemorySegment bytes = target.allocate(range.length(), 64);
            Pattern.fill(bytes, range.start());
            pieces.add(new HostPiece(range.start(), bytes.address(), range.length()));
        }
        ProcessIdentity self = ProcessIdentity.of(
                ProcFs.ofThisMachine(), ProcessHandle.current().pid());
        return ProcessMemory.open(self, pieces, ViewProperties.Access.READ_ONLY, "this process", List.of());
    }
}
