package io.memflow.os.windows.discovery;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.formats.pdb.PdbFile;
import io.memflow.formats.pe.PdbReference;
import io.memflow.formats.pe.PeImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A symbol file that the user named. Immutable.
 *
 * @param path for messages
 */
public record SymbolFile(String path, PdbFile file) {
    /**
     * Opens a program database; it stays mapped as long as it is reachable.
     *
     * @throws MemflowException when there is none, or it is damaged
     */
    public static SymbolFile open(String path) {
        try (FileChannel channel = FileChannel.open(Path.of(path))) {
            return new SymbolFile(
                    path, PdbFile.parse(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto())));
        } catch (IOException unreadable) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "Argument symbols: \"%s\" cannot be read (%s): give the PDB file of the kernel in memory."
                            .formatted(path, unreadable),
                    unreadable);
        }
    }

    /**
     * Holds the file against the kernel.
     *
     * @throws MemflowException when it belongs to another one
     */
    void check(PeImage kernel) {
        Optional<PdbReference> wanted = kernel.pdb();
        if (wanted.isPresent() && !sameGuid(wanted.get().guid())) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.ARG_VALIDATION,
                    "Argument symbols: \"%s\" is of GUID %s, the kernel in memory of %s: get %s for %s from a symbol server."
                            .formatted(
                                    path,
                                    file.guid(),
                                    wanted.get().guid(),
                                    wanted.get().fileName(),
                                    wanted.get().storeKey()));
        }
    }

    private boolean sameGuid(String guid) {
        return file.guid().toUpperCase(Locale.ROOT).equals(guid.toUpperCase(Locale.ROOT));
    }
}
