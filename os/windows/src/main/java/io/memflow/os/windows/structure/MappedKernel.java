package io.memflow.os.windows.structure;

import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;

/**
 * A kernel as an address space maps it: other spaces that map it alike are of the same machine. Immutable.
 *
 * @param space one that maps the kernel
 * @param base virtual address of its first byte
 */
public record MappedKernel(VirtualMemory space, long base) {
    /** Whether another address space has the same kernel at the same place. */
    public boolean isIn(VirtualMemory other) {
        Translation here = new Translation();
        Translation there = new Translation();
        return space.translate(base, here) && other.translate(base, there) && here.physical() == there.physical();
    }

    /** Whether the address space under another root has it; an upper tree stays as it is. */
    public boolean isUnder(long root) {
        return isIn(space.withRoot(root));
    }
}
