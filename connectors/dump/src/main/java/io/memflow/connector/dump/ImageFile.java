package io.memflow.connector.dump;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file mapped read-only as one segment.
 *
 * @param path as the user wrote it
 * @param bytes the whole file
 * @param arena owner of the mapping, shared between threads
 * @param channel the file, open for reading
 */
record ImageFile(Path path, MemorySegment bytes, Arena arena, FileChannel channel) {
    static final int PAGE = 4096;

    private static final System.Logger LOG = System.getLogger(ImageFile.class.getName());

    /** A comma may be part of a name, so it cannot begin the arguments. */
    private static final String ARGUMENTS = " Arguments follow the name after a colon: dump:FILE:KEY=VALUE,KEY=VALUE.";

    /**
     * Maps a file.
     *
     * @throws MemflowException when it is not there, not readable, no file, or too small to be an image
     */
    static ImageFile open(String target) {
        Path path = path(target);
        requireImage(path);
        // Opened first, so that a refusal comes from the system call that matters and not from a permission guess.
        try {
            return map(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (AccessDeniedException denied) {
            throw refusal(
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "\"%s\" may not be read by this user: QEMU writes its dumps readable by its own user only, so run as that user or root, or chmod the file."
                            .formatted(path),
                    denied);
        } catch (IOException failed) {
            throw refusal(
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "\"%s\" could not be opened: %s.".formatted(path, reason(failed)),
                    failed);
        }
    }

    void close() {
        arena.close();
        closeChannel();
    }

    /** Closes the file where its mapping has another owner. */
    void closeChannel() {
        close(channel);
    }

    /** A file that was only read loses nothing when closing it fails. */
    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.DEBUG, "An image file could not be closed.", failed);
        }
    }

    long size() {
        return bytes.byteSize();
    }

    /** The path that a user wrote. */
    static Path path(String target) {
        try {
            return Path.of(target);
        } catch (InvalidPathException noPath) {
            throw refusal(
                    ErrorKind.INVALID_PATH,
                    "\"%s\" is no path of a file: %s.".formatted(target, noPath.getReason()),
                    noPath);
        }
    }

    /** Asked before opening, because opening a pipe would wait for its writer. */
    private static void requireImage(Path path) {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException missing) {
            throw refusal(
                    ErrorKind.TARGET_NOT_FOUND,
                    "There is no file \"%s\" (looked for in %s): check the name.%s"
                            .formatted(
                                    path,
                                    path.toAbsolutePath().getParent(),
                                    path.toString().contains(",") ? ARGUMENTS : ""),
                    missing);
        } catch (IOException failed) {
            throw refusal(
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "\"%s\" could not be looked at: %s; check that this user may enter its directory."
                            .formatted(path, reason(failed)),
                    failed);
        }
        if (attributes.isDirectory()) {
            throw refusal(
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "\"%s\" is a directory, not a memory image: name the image file in it.".formatted(path),
                    null);
        }
        if (!attributes.isRegularFile()) {
            throw refusal(
                    ErrorKind.UNABLE_TO_READ_FILE,
                    "\"%s\" is a device, pipe or socket, which cannot be mapped as a memory image: copy it to a file first; the monitor of a running QEMU is named by -c qemu:PATH."
                            .formatted(path),
                    null);
        }
        if (attributes.size() < PAGE) {
            throw refusal(
                    ErrorKind.INVALID_MEMORY_SIZE,
                    (attributes.size() == 0
                                            ? "\"%s\" is empty"
                                            : "\"%s\" has only " + attributes.size()
                                                    + " bytes, less than one page of memory")
                                    .formatted(path)
                            + ": take the memory image again, for example with QEMU's dump-guest-memory.",
                    null);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // The image owns the arena; close() closes it.
    private static ImageFile map(Path path, FileChannel channel) throws IOException {
        Arena arena = Arena.ofShared();
        long size = channel.size();
        try {
            return new ImageFile(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena), arena, channel);
        } catch (IOException failed) {
            arena.close();
            close(channel);
            throw refusal(
                    ErrorKind.UNABLE_TO_MAP_FILE,
                    "\"%s\" (%d bytes) could not be mapped: %s; check ulimit -v and that its file system supports mmap."
                            .formatted(path, size, reason(failed)),
                    failed);
        }
    }

    /** The system's words without the path, which the message names already. */
    static String reason(IOException failed) {
        String words = failed instanceof FileSystemException named ? named.getReason() : failed.getMessage();
        return words == null ? failed.getClass().getSimpleName() : words;
    }

    static MemflowException refusal(ErrorKind kind, String message, @Nullable Throwable cause) {
        return new MemflowException(ErrorOrigin.CONNECTOR, kind, message, cause);
    }
}
