package io.memflow.os.linux.profile;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import io.memflow.core.symbol.SymbolTable;
import io.memflow.core.symbol.TypeTable;
import io.memflow.formats.dwarf.DebugFile;
import io.memflow.formats.elf.ElfCore;
import io.memflow.formats.isf.Isf;
import io.memflow.formats.systemmap.SystemMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads a file of symbols or types, whatever format it is of. Stateless. */
public final class ProfileFile {
    /** {@code \x1f\x8b} and deflate, RFC 1952. */
    private static final int GZIP = 0x088B1F;
    /** {@code \xfd7z}, the first bytes of a .xz file. */
    private static final int XZ = 0x7A37FD;
    /** First three of 0xFD2FB528, RFC 8878. */
    private static final int ZSTD = 0x2FB528;
    /** {@code BZh}. */
    private static final int BZIP2 = 0x685A42;

    /** Deflate makes at most 1032 bytes of one. */
    private static final long MOST_EXPANSION = 1032;

    private static final long LARGEST_EXPANDED = 1L << 30;

    private ProfileFile() {}

    /**
     * Reads a file: System.map, ISF JSON, or an ELF file with debug information, the first two also in gzip. A file with
     * debug information stays mapped as long as its types are in use.
     *
     * @param name path as the user wrote it
     * @throws MemflowException when it cannot be read or is of no known format, with what to do
     */
    public static KernelProfile read(String name) {
        Path path = path(name);
        if (!Files.isRegularFile(path)) {
            throw refused(
                    ErrorKind.INVALID_PATH,
                    Files.exists(path)
                            ? "\"%s\" is no file".formatted(path)
                            : "there is no file \"%s\"".formatted(path),
                    null);
        }
        try {
            return parse(path, mapped(path));
        } catch (MalformedDataException malformed) {
            throw refused(ErrorKind.ARG_VALIDATION, "\"%s\": %s".formatted(path, malformed.getMessage()), malformed);
        } catch (IOException failed) {
            ErrorKind kind =
                    failed instanceof NoSuchFileException ? ErrorKind.INVALID_PATH : ErrorKind.UNABLE_TO_READ_FILE;
            throw refused(kind, "\"%s\" could not be read: %s".formatted(path, failed.getMessage()), failed);
        }
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException noPath) {
            throw refused(ErrorKind.INVALID_PATH, "\"%s\" is no path of a file".formatted(name), noPath);
        }
    }

    private static MemorySegment mapped(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        }
    }

    private static KernelProfile parse(Path path, MemorySegment file) throws IOException {
        MemorySegment bytes = switch (magic(file)) {
            case GZIP -> expanded(path, file);
            case XZ -> throw compressed(path, "xz", "xz -dk");
            case ZSTD -> throw compressed(path, "zstd", "zstd -dk");
            case BZIP2 -> throw compressed(path, "bzip2", "bzip2 -dk");
            default -> file;
        };
        if (SystemMap.isSystemMap(bytes)) {
            return profile("System.map", path, SystemMap.parse(bytes), Optional.empty(), Optional.empty());
        }
        if (Isf.isJson(bytes)) {
            Isf isf = Isf.parse(bytes);
            return profile("isf", path, isf.symbols(), Optional.of(isf.types()), isf.banner());
        }
        if (ElfCore.isElf(bytes)) {
            return debugFile(path, DebugFile.parse(bytes));
        }
        throw refused(
                ErrorKind.ARG_VALIDATION,
                "\"%s\" is neither a System.map, nor an ISF file (JSON), nor an ELF file with debug information"
                        .formatted(path),
                null);
    }

    private static KernelProfile profile(
            String format, Path path, SymbolTable symbols, Optional<TypeTable> types, Optional<String> banner) {
        String origin = format + " " + path.getFileName();
        return new KernelProfile(
                origin,
                symbols,
                types.map(table -> new ImportedTypes(table, origin)),
                banner,
                Optional.empty(),
                Optional.empty());
    }

    private static KernelProfile debugFile(Path path, DebugFile file) {
        if (file.types().isEmpty() && file.symbols().size() == 0) {
            throw refused(
                    ErrorKind.ARG_VALIDATION,
                    "\"%s\" has neither debug information nor symbols: it was stripped of them, and packages keep them in another file"
                            .formatted(path),
                    null);
        }
        String origin = "dwarf " + path.getFileName();
        return new KernelProfile(
                origin,
                file.symbols(),
                file.types().map(table -> new ImportedTypes(table, origin)),
                file.banner(),
                file.buildId(),
                file.release());
    }

    private static int magic(MemorySegment file) {
        int magic = 0;
        for (int i = 0; i < 3 && i < file.byteSize(); i++) {
            magic |= (file.get(ValueLayout.JAVA_BYTE, i) & 0xFF) << (Byte.SIZE * i);
        }
        return magic;
    }

    private static MemorySegment expanded(Path path, MemorySegment file) throws IOException {
        long limit = Math.min(LARGEST_EXPANDED, file.byteSize() * MOST_EXPANSION);
        byte[] compressed = file.toArray(ValueLayout.JAVA_BYTE);
        try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            byte[] bytes = stream.readNBytes((int) limit);
            if (stream.read() >= 0) {
                throw refused(
                        ErrorKind.ARG_VALIDATION, "\"%s\" expands to more than %d bytes".formatted(path, limit), null);
            }
            return MemorySegment.ofArray(bytes);
        }
    }

    private static MemflowException compressed(Path path, String format, String command) {
        return refused(
                ErrorKind.NOT_SUPPORTED,
                "\"%s\" is compressed by %s, which is not read here: expand it with \"%s\" and name the result"
                        .formatted(path, format, command),
                null);
    }

    private static MemflowException refused(ErrorKind kind, String why, @Nullable Throwable cause) {
        return new MemflowException(ErrorOrigin.OS_LAYER, kind, "Argument symbols: " + why + ".", cause);
    }
}
