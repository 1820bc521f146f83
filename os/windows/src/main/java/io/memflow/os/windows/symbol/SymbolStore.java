package io.memflow.os.windows.symbol;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A folder in the layout of symbol stores: {@code ntkrnlmp.pdb/GUIDAGE/ntkrnlmp.pdb}, or below the first two letters of the
 * name where {@code index2.txt} says so (Debugging Tools for Windows, "SymStore" and "Using a Symbol Store"). What a path
 * promises is not believed: each file says itself what it is. Thread-safe; several may use one folder.
 */
public record SymbolStore(Path folder) {
    /** Its presence makes a store one of two tiers. */
    private static final String TWO_TIERS = "index2.txt";

    private static final int TIER_LETTERS = 2;

    /**
     * The outcome of a search.
     *
     * @param file the one that was wanted
     * @param told what was found in its place, as a sentence fragment
     */
    record Finding(Optional<SymbolFile> file, String told) {}

    /** Looks for a file, as it is written and in small letters. */
    Finding find(PdbIdentity wanted) {
        String told = "%s has no %s".formatted(folder, relative(wanted.name(), wanted.key()));
        for (Path place : places(wanted)) {
            Path compressed =
                    place.resolveSibling(compressed(place.getFileName().toString()));
            if (Files.exists(place)) {
                Finding found = look(place, wanted);
                if (found.file.isPresent()) {
                    return found;
                }
                told = found.told;
            } else if (Files.exists(compressed)) {
                told = "%s is compressed, which is not supported: expand it to %s"
                        .formatted(compressed, place.getFileName());
            }
        }
        return new Finding(Optional.empty(), told);
    }

    private static Finding look(Path place, PdbIdentity wanted) {
        try {
            SymbolFile file = SymbolFile.open(place);
            return file.isOf(wanted)
                    ? new Finding(Optional.of(file), "")
                    : new Finding(
                            Optional.empty(),
                            "%s is of %s in place of GUID %s, age %d"
                                    .formatted(place, file.identity(), wanted.guid(), wanted.age()));
        } catch (MemflowException damaged) {
            return new Finding(Optional.empty(), damaged.getMessage());
        }
    }

    private Set<Path> places(PdbIdentity wanted) {
        Set<Path> places = new LinkedHashSet<>();
        for (String name : List.of(wanted.name(), wanted.name().toLowerCase(Locale.ROOT))) {
            for (String key : List.of(wanted.key(), wanted.key().toLowerCase(Locale.ROOT))) {
                places.add(folder.resolve(relative(name, key)));
            }
        }
        return places;
    }

    private Path relative(String name, String key) {
        Path plain = Path.of(name, key, name);
        boolean isTiered = Files.exists(folder.resolve(TWO_TIERS));
        return isTiered ? Path.of(name.substring(0, TIER_LETTERS)).resolve(plain) : plain;
    }

    /** The last letter of a compressed file's name is an underscore. */
    private static String compressed(String name) {
        return name.substring(0, name.length() - 1) + "_";
    }

    /**
     * Puts a file into the folder. It appears there whole or not at all, and replaces one that was not what it should be.
     *
     * @param fetch writes it to a path
     * @throws MemflowException when it cannot be written, or is not the one that was wanted
     */
    SymbolFile add(PdbIdentity wanted, Consumer<Path> fetch) {
        Path target = folder.resolve(relative(wanted.name(), wanted.key()));
        try {
            Files.createDirectories(folder);
            Path arriving = Files.createTempFile(folder, "arriving", ".tmp");
            try {
                fetch.accept(arriving);
                verify(arriving, wanted);
                Files.createDirectories(target.getParent());
                Files.move(arriving, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(arriving);
            }
        } catch (IOException failed) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.UNABLE_TO_WRITE_FILE,
                    "The symbol file could not be put into %s: %s. Name a folder that can be written."
                            .formatted(folder, failed),
                    failed);
        }
        return verified(SymbolFile.open(target), wanted);
    }

    private static void verify(Path arriving, PdbIdentity wanted) {
        try (Arena arena = Arena.ofConfined()) {
            verified(SymbolFile.open(arriving, arena), wanted);
        }
    }

    private static SymbolFile verified(SymbolFile file, PdbIdentity wanted) {
        if (!file.isOf(wanted)) {
            throw new MemflowException(
                    ErrorOrigin.OS_LAYER,
                    ErrorKind.NOT_FOUND,
                    "What arrived is of %s, wanted was %s; it is not kept.".formatted(file.identity(), wanted));
        }
        return file;
    }
}
