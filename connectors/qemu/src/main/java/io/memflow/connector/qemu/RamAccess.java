package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.HostMapping;
import io.memflow.host.ram.HostPiece;
import io.memflow.host.ram.ProcessMemory;
import io.memflow.host.ram.SharedRam;
import java.util.List;
import java.util.Optional;

/**
 * Opens a machine's RAM once it is known where the process has it. Immutable.
 *
 * @param mappings of the process
 * @param access whether the bytes can be written too
 */
record RamAccess(QemuProcess process, List<HostMapping> mappings, Way way, ViewProperties.Access access) {
    /** How the bytes are reached. */
    enum Way {
        /** In place where that works, otherwise copied. */
        BEST,
        SHARED,
        PROCESS
    }

    /** The same without writes. */
    RamAccess readOnly() {
        return new RamAccess(process, mappings, way, ViewProperties.Access.READ_ONLY);
    }

    /**
     * Opens the pieces as one memory.
     *
     * @param layoutSource where the layout is from, for the description
     * @param defects what is known to be missing
     * @throws MemflowException when this user may not, or the way that was asked for does not exist
     */
    PhysicalMemory open(List<HostPiece> pieces, String layoutSource, List<String> defects) {
        String machine = process.description();
        if (way != Way.PROCESS) {
            Optional<PhysicalMemory> shared = SharedRam.open(
                    process.identity().procFs(),
                    process.pid(),
                    mappings,
                    pieces,
                    access,
                    "%s, RAM mapped in place, layout %s".formatted(machine, layoutSource),
                    defects);
            if (shared.isPresent()) {
                return shared.get();
            }
        }
        if (way == Way.SHARED) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_SUPPORTED,
                    "%s does not share its RAM through a file that this user can open: leave memory=shared away, or start QEMU with -object memory-backend-memfd,id=ram0,share=on,size=SIZE -machine memory-backend=ram0."
                            .formatted(machine));
        }
        return ProcessMemory.open(
                process.identity(),
                pieces,
                access,
                "%s, RAM copied from the process, layout %s".formatted(machine, layoutSource),
                defects);
    }
}
