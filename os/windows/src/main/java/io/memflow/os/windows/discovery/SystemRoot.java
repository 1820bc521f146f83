package io.memflow.os.windows.discovery;

import io.memflow.core.address.Address;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.DiscoveryStep.Confidence;
import io.memflow.core.os.DiscoverySteps;
import io.memflow.core.symbol.MemberLocation;
import io.memflow.core.symbol.TypeTable;
import io.memflow.core.translate.VirtualMemory;
import io.memflow.os.windows.structure.MappedKernel;
import java.util.Optional;

/**
 * The root page table that the kernel itself names: that of {@code System}. The one that was found by shape may be of a
 * process that ended, and go away. Stateless.
 */
record SystemRoot(KernelImage kernel, TypeTable types) {
    /** The kernel's address space by the root of {@code System}, when that maps the same kernel; else as it was found. */
    VirtualMemory confirmed(long system, DiscoverySteps steps) {
        VirtualMemory found = kernel.memory();
        Optional<MemberLocation> member = types.member("_KPROCESS", "DirectoryTableBase");
        if (system == 0 || member.isEmpty()) {
            return found;
        }
        try {
            long named = kernel.root()
                    .architecture()
                    .root(found.readPointer(system + member.get().offset()));
            if (named == found.root()) {
                steps.add("kernel page table", Confidence.CONFIRMED, Address.format(named) + " is that of System");
                return found;
            }
            VirtualMemory other = kernel.root().withRoot(named).memory(found.physical());
            boolean same = new MappedKernel(found, kernel.image().base()).isIn(other);
            steps.add(
                    "kernel page table",
                    same ? Confidence.CONFIRMED : Confidence.LIKELY,
                    same
                            ? "%s, that of System; by shape %s"
                                    .formatted(Address.format(named), Address.format(found.root()))
                            : "%s, by shape; System names %s, which does not map the kernel"
                                    .formatted(Address.format(found.root()), Address.format(named)));
            return same ? other : found;
        } catch (MemflowException unreadable) {
            steps.add(
                    "kernel page table",
                    Confidence.LIKELY,
                    "by shape; System cannot be read: " + unreadable.getMessage());
            return found;
        }
    }
}
