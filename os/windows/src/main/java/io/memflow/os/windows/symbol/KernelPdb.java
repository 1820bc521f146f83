package io.memflow.os.windows.symbol;

import io.memflow.core.error.MemflowException;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeImage;
import java.util.Optional;

/** Reads which symbol file a kernel names. Stateless. */
public final class KernelPdb {
    private KernelPdb() {}

    /** What the kernel's debug directory says; empty when it is not in memory. */
    public static Optional<PdbReference> of(PeImage kernel) {
        try {
            return kernel.pdb();
        } catch (MemflowException notInMemory) {
            return Optional.empty();
        }
    }
}
