package io.memflow.os.windows.symbol;

import java.net.URI;
import java.nio.file.Path;

/** Gets one file from elsewhere. Implementations are thread-safe. */
@FunctionalInterface
public interface SymbolFetcher {
    /**
     * Writes what lies at an address to a file.
     *
     * @param from its address
     * @param into a file that exists and is empty; holds anything after an exception
     * @throws io.memflow.core.error.MemflowException of kind NOT_FOUND when there is none at that address, of kind HTTP when it
     *     cannot be had, with what was answered
     */
    void fetch(URI from, Path into);
}
