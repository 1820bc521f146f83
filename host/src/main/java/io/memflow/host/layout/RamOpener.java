package io.memflow.host.layout;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.host.ram.HostPiece;
import java.util.List;

/** Opens a machine's RAM as one memory, once it is known, or guessed, where its process has it. */
@FunctionalInterface
public interface RamOpener {
    /**
     * Opens it.
     *
     * @param pieces where each run of guest-physical memory lies in the process
     * @param layoutSource where that is known from, for a person
     * @throws io.memflow.core.error.MemflowException when the process' memory cannot be reached
     */
    PhysicalMemory open(List<HostPiece> pieces, String layoutSource);
}
