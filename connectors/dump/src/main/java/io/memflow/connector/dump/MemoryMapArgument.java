package io.memflow.connector.dump;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.view.Remapping;
import io.memflow.formats.memorymap.MemoryMapFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The memory map that the argument {@code memmap} names. */
final class MemoryMapArgument {
    private MemoryMapArgument() {}

    /**
     * Reads the file.
     *
     * @throws io.memflow.core.error.MemflowException when it cannot be read or is no memory map
     */
    static Remapping read(String target) {
        Path path = ImageFile.path(target);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile() || attributes.size() > MemoryMapFile.LARGEST_BYTES) {
                throw ImageFile.refusal(
                        ErrorKind.ARG_VALIDATION,
                        "Argument memmap: \"%s\" is no file of up to %d bytes: name a TOML file of [[range]] tables."
                                .formatted(path, MemoryMapFile.LARGEST_BYTES),
                        null);
            }
            return MemoryMapFile.parse(MemorySegment.ofArray(Files.readAllBytes(path)));
        } catch (MalformedDataException malformed) {
            throw ImageFile.refusal(
                    ErrorKind.ARG_VALIDATION,
                    "Argument memmap: \"%s\": %s.".formatted(path, malformed.getMessage()),
                    malformed);
        } catch (IOException failed) {
            throw ImageFile.refusal(
                    failed instanceof NoSuchFileException ? ErrorKind.INVALID_PATH : ErrorKind.UNABLE_TO_READ_FILE,
                    "Argument memmap: \"%s\" could not be read: %s; check its name and that this user may read it."
                            .formatted(path, ImageFile.reason(failed)),
                    failed);
        }
    }
}
