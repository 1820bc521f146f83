package io.memflow.os.windows.symbol;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.formats.pdb.PdbFile;
import io.memflow.formats.pe.PdbReference;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A program database that was opened. Immutable and thread-safe.
 *
 * @param path for messages
 */
public record SymbolFile(String path, PdbFile file) {
    /**
     * Opens a program database; it stays mapped as long as it is reachable.
     *
     * @param path as the user wrote it
     * @throws MemflowException when there is none, or it is damaged
     */
    public static SymbolFile open(String path) {
        try {
            return open(Path.of(path));
        } catch (InvalidPathException noPath) {
            throw refused(ErrorKind.INVALID_PATH, "\"%s\" is no path of a file".formatted(path), noPath);
        }
    }

    /**
     * Opens a program database; it stays mapped as long as it is reachable.
     *
     * @throws MemflowException when there is none, or it is damaged
     */
    public static SymbolFile open(Path path) {
        return open(path, Arena.ofAuto());
    }

    /** As {@link #open(Path)}, mapped as long as the arena lives. */
    static SymbolFile open(Path path, Arena arena) {
        if (!Files.isRegularFile(path)) {
            String why = Files.exists(path) ? "\"%s\" is no file" : "there is no file \"%s\"";
            throw refused(ErrorKind.INVALID_PATH, why.formatted(path), null);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new SymbolFile(
                    path.toString(),
                    PdbFile.parse(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)));
        } catch (MalformedDataException damaged) {
            throw refused(
                    ErrorKind.ARG_VALIDATION,
                    "\"%s\" is no program database (PDB 7.0), or is damaged: %s".formatted(path, damaged.getMessage()),
                    damaged);
        } catch (IOException unreadable) {
            throw refused(
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "\"%s\" could not be read: %s".formatted(path, unreadable.getMessage()),
                    unreadable);
        }
    }

    private static MemflowException refused(ErrorKind kind, String reason, @Nullable Exception cause) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                kind,
                "Symbol file: %s. Give the PDB of the kernel in memory.".formatted(reason),
                cause);
    }

    /** Whether it is the one that an image names. */
    boolean isOf(PdbReference wanted) {
        return file.guid().equals(wanted.guid()) && file.age() == wanted.age();
    }

    /** Whether it is that one. */
    boolean isOf(PdbIdentity wanted) {
        return file.guid().equals(wanted.guid()) && file.age() == wanted.age();
    }

    /** What tells it from all others, as a sentence fragment. */
    String identity() {
        return "GUID %s, age %d".formatted(file.guid(), file.age());
    }
}
