package io.memflow.os.dummy;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.synthetic.MachineArchitecture;
import io.memflow.core.synthetic.MachineTable;
import io.memflow.core.translate.VirtualMemory;
import java.util.Optional;

/** Address spaces of a made-up machine. Immutable. */
record Spaces(PhysicalMemory physical, MachineArchitecture architecture) {
    VirtualMemory kernel(MachineTable table) {
        return space(table.root(), table);
    }

    VirtualMemory process(MachineTable table, MachineTable.ProcessRow row) {
        return space(row.root(), table);
    }

    private VirtualMemory space(long root, MachineTable table) {
        Optional<AddressSpace.Tree> upper =
                architecture.upper().map(format -> new AddressSpace.Tree(format, table.upperRoot()));
        return new VirtualMemory(physical, new AddressSpace(new AddressSpace.Tree(architecture.lower(), root), upper));
    }
}
