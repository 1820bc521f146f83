package io.memflow.os.windows.symbol;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A symbol server, which is a symbol store behind HTTP. Thread-safe when its fetcher is.
 *
 * @param base its address, without a slash at the end
 */
public record SymbolServer(URI base, SymbolFetcher fetcher) {
    /** Microsoft's public symbol server ("Microsoft public symbols", Debugging Tools for Windows). */
    public static final String MICROSOFT = "https://msdl.microsoft.com/download/symbols";

    /**
     * The server at an address.
     *
     * @param address as the user wrote it
     * @throws MemflowException when it is no address of a server, or one that is not encrypted and not on this machine
     */
    public static SymbolServer at(String address, SymbolFetcher fetcher) {
        try {
            URI base = new URI(address.replaceFirst("/+$", ""));
            if (ServerAddress.isAllowed(base) && base.getRawQuery() == null && base.getRawFragment() == null) {
                return new SymbolServer(base, fetcher);
            }
        } catch (URISyntaxException noAddress) {
            throw refused(address, noAddress);
        }
        throw refused(address, null);
    }

    private static MemflowException refused(String address, @Nullable URISyntaxException cause) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.ARG_VALIDATION,
                ("Argument symbol_server: \"%s\" is no address that is asked: give one such as %s, with https (http only on this"
                                + " machine), without a password, query or fragment.")
                        .formatted(address, MICROSOFT),
                cause);
    }

    /**
     * Gets a file into a folder.
     *
     * @throws MemflowException when the server has it not, does not answer, or gives another
     */
    SymbolFile fetch(PdbIdentity wanted, SymbolStore store) {
        URI from =
                URI.create("%s/%s/%s/%s".formatted(base.toASCIIString(), wanted.name(), wanted.key(), wanted.name()));
        return store.add(wanted, (Path into) -> fetcher.fetch(from, into));
    }
}
