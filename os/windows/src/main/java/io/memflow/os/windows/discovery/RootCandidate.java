package io.memflow.os.windows.discovery;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.WindowsArchitecture;

/**
 * A page that could be the root of an address space with the kernel in it.
 *
 * @param root physical address
 * @param userEntries entries of its lower half that are in use: none in the root of {@code System}
 * @param origin how it was found, as a sentence fragment
 */
record RootCandidate(WindowsArchitecture architecture, long root, int userEntries, String origin) {
    /** The same kind of candidate with another root. */
    RootCandidate withRoot(long other) {
        return new RootCandidate(architecture, other, userEntries, origin);
    }

    /** The space it spans. */
    VirtualMemory memory(PhysicalMemory physical) {
        return new VirtualMemory(physical, architecture.space(root));
    }
}
