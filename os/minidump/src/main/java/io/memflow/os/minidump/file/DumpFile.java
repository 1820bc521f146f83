package io.memflow.os.minidump.file;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file mapped read-only as one segment. Thread-safe.
 *
 * @param path as the user wrote it
 * @param bytes the whole file, until it is closed
 * @param arena owner of the mapping, shared between threads
 */
public record DumpFile(Path path, MemorySegment bytes, Arena arena) implements AutoCloseable {
    /** The header of a crash dump of a 64-bit system, the longest of those that are recognised by. */
    private static final int START_BYTES = 0x2000;

    /**
     * The first bytes of a regular file, at most 8 KiB; empty where there is none that can be read. Asked before it is
     * opened, because opening a pipe would wait for its writer.
     */
    public static Optional<MemorySegment> start(String target) {
        try {
            Path path = Path.of(target);
            if (!Files.isRegularFile(path)) {
                return Optional.empty();
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                ByteBuffer start = ByteBuffer.allocate((int) Math.min(START_BYTES, channel.size()));
                while (start.hasRemaining() && channel.read(start) > 0) {
                    // One read may give less than there is.
                }
                return Optional.of(MemorySegment.ofBuffer(start.flip()));
            }
        } catch (IOException | InvalidPathException notOurs) {
            return Optional.empty();
        }
    }

    /**
     * Maps a file.
     *
     * @throws MemflowException when it is not there, not readable, or no file
     */
    @SuppressWarnings("MustBeClosedChecker") // The record owns the arena; close() closes it.
    public static DumpFile open(String target) {
        Path path = path(target);
        if (!Files.isRegularFile(path)) {
            boolean isThere = Files.exists(path);
            throw refusal(
                    isThere ? ErrorKind.UNABLE_TO_READ_FILE : ErrorKind.TARGET_NOT_FOUND,
                    isThere
                            ? "\"%s\" is no regular file: name the dump itself.".formatted(path)
                            : "There is no file \"%s\" (looked for in %s): check the name."
                                    .formatted(path, path.toAbsolutePath().getParent()),
                    null);
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new DumpFile(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), arena);
        } catch (IOException failed) {
            arena.close();
            String words = failed instanceof FileSystemException named ? named.getReason() : failed.getMessage();
            throw refusal(
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "\"%s\" could not be opened: %s; check that this user may read it."
                            .formatted(path, words == null ? failed.getClass().getSimpleName() : words),
                    failed);
        }
    }

    private static Path path(String target) {
        try {
            return Path.of(target);
        } catch (InvalidPathException noPath) {
            throw refusal(
                    ErrorKind.INVALID_PATH,
                    "\"%s\" is no path of a file: %s.".formatted(target, noPath.getReason()),
                    noPath);
        }
    }

    private static MemflowException refusal(ErrorKind kind, String message, @Nullable Throwable cause) {
        return new MemflowException(ErrorOrigin.OS_LAYER, kind, message, cause);
    }

    public long size() {
        return bytes.byteSize();
    }

    @Override
    public void close() {
        arena.close();
    }
}
