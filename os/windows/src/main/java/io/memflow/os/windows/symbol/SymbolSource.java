package io.memflow.os.windows.symbol;

import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.pe.PeImage;
import java.util.Optional;

/** Where the symbol file of a kernel comes from, once the kernel is found and says which one it wants. */
public sealed interface SymbolSource permits NoSymbols, NamedSymbols, SymbolFolder {
    /** The step of discovery that says what was found. */
    String STEP = "symbol file";

    /**
     * The kernel's symbol file.
     *
     * @param kernel its image, in memory
     * @param steps to note what was found in
     * @return empty when there is none, and the steps say why
     * @throws io.memflow.core.error.MemflowException when the user named a file that is not the kernel's
     */
    Optional<SymbolFile> of(PeImage kernel, DiscoverySteps steps);
}
