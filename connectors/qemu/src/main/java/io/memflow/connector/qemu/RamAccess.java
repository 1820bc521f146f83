package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.MachineRam;
import io.memflow.host.ram.RamWay;
import java.util.List;

/** Opens a QEMU's RAM once it is known where the process has it. Immutable. */
record RamAccess(QemuProcess process, MachineRam ram) {
    private static final String REMEDY =
            "leave memory=shared away, or start QEMU with -object memory-backend-memfd,id=ram0,share=on,size=SIZE -machine memory-backend=ram0";

    /** @param access whether the bytes can be written too */
    static RamAccess of(QemuProcess process, RamWay way, ViewProperties.Access access) {
        return new RamAccess(process, MachineRam.of(process.identity(), process.description(), way, access));
    }

    List<HostMapping> mappings() {
        return ram.mappings();
    }

    /** The same without writes. */
    RamAccess readOnly() {
        return new RamAccess(process, ram.readOnly());
    }

    /**
     * Opens the pieces as one memory.
     *
     * @param layoutSource where the layout is from, for the description
     * @throws io.memflow.core.error.MemflowException when this user may not, or the way that was asked for does not exist
     */
    PhysicalMemory open(List<HostPiece> pieces, String layoutSource) {
        return ram.open(pieces, layoutSource, List.of(), REMEDY);
    }
}
