package io.memflow.os.windows.symbol;

import io.memflow.core.os.DiscoverySteps;
import io.memflow.formats.pe.PeImage;
import java.util.Optional;

/** The user wants none. Stateless. */
public record NoSymbols() implements SymbolSource {
    @Override
    public Optional<SymbolFile> of(PeImage kernel, DiscoverySteps steps) {
        return Optional.empty();
    }
}
