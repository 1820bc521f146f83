package io.memflow.host.ram;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.HostMapping;
import io.memflow.host.process.ProcessIdentity;
import java.util.List;
import java.util.Optional;

/**
 * The RAM of a machine in a process of this host, before it is known where in the machine it lies. Immutable.
 *
 * @param machine in a few words, for descriptions and messages
 * @param mappings of the process
 * @param access whether the bytes can be written too
 */
public record MachineRam(
        ProcessIdentity process, String machine, List<HostMapping> mappings, RamWay way, ViewProperties.Access access) {
    /** The RAM of a machine whose process is looked at now. */
    public static MachineRam of(ProcessIdentity process, String machine, RamWay way, ViewProperties.Access access) {
        return new MachineRam(process, machine, process.procFs().mappings(process.pid()), way, access);
    }

    /** The same without writes. */
    public MachineRam readOnly() {
        return new MachineRam(process, machine, mappings, way, ViewProperties.Access.READ_ONLY);
    }

    /**
     * Opens pieces of it as one memory.
     *
     * @param layout where the layout is from, as in {@code from its monitor}
     * @param defects what is known to be missing
     * @param remedy what to do where RAM should be mapped and is not shared, as an imperative
     * @throws MemflowException when this user may not, or the way that was asked for does not exist
     */
    public PhysicalMemory open(List<HostPiece> pieces, String layout, List<String> defects, String remedy) {
        if (way != RamWay.PROCESS) {
            Optional<PhysicalMemory> shared = SharedRam.open(
                    process.procFs(),
                    process.pid(),
                    mappings,
                    pieces,
                    access,
                    "%s, RAM mapped in place, layout %s".formatted(machine, layout),
                    defects);
            if (shared.isPresent()) {
                return shared.get();
            }
        }
        if (way == RamWay.SHARED) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.NOT_SUPPORTED,
                    "%s does not share its RAM through a file that this user can open: %s.".formatted(machine, remedy));
        }
        return ProcessMemory.open(
                process,
                pieces,
                access,
                "%s, RAM copied from the process, layout %s".formatted(machine, layout),
                defects);
    }
}
