package io.memflow.os.nativelinux.proc;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MalformedDataException;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads files that the kernel makes up. What it refuses becomes a {@link MemflowException}: of kind NOT_FOUND when the file,
 * or the process it belongs to, is not there any more; otherwise one that says what to do. Stateless.
 */
public final class KernelFile {
    /** What the JDK's exceptions say where they have no type of their own: strerror(3) of ESRCH, EPERM and EIO. */
    private static final String NO_SUCH_PROCESS = "no such process";

    private static final String NOT_PERMITTED = "operation not permitted";

    private KernelFile() {}

    /** What is done to a file. */
    @FunctionalInterface
    private interface Access<T> {
        T run() throws IOException;
    }

    /** All its bytes. */
    public static byte[] bytes(Path file) {
        return on(file, () -> Files.readAllBytes(file));
    }

    /** The whole text, in UTF-8; what is none is replaced. */
    public static String text(Path file) {
        return new String(bytes(file), StandardCharsets.UTF_8);
    }

    /** The text of a file of one line, without its end. */
    public static String line(Path file) {
        return text(file).strip();
    }

    /** What a file of one line means to a parser, which may throw NumberFormatException. */
    public static <T> T parsed(Path file, Function<String, T> parser) {
        String line = line(file);
        try {
            return parser.apply(line);
        } catch (NumberFormatException malformed) {
            throw new MalformedDataException(file.toString(), 0, "\"%s\" is not of the expected form".formatted(line));
        }
    }

    /** As {@link #line}; empty when there is no such file. */
    public static Optional<String> optionalLine(Path file) {
        return ifThere(() -> line(file));
    }

    /** What a link shows. */
    public static String link(Path link) {
        return on(link, () -> Files.readSymbolicLink(link).toString());
    }

    /** As {@link #link}; empty when there is no such link, as of a process without a program. */
    public static Optional<String> optionalLink(Path link) {
        return ifThere(() -> link(link));
    }

    /** Names in a directory, sorted. */
    public static List<String> names(Path directory) {
        return on(directory, () -> {
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            } catch (DirectoryIteratorException failed) {
                throw failed.getCause();
            }
            names.sort(null);
            return names;
        });
    }

    /** As {@link #names}; none when there is no such directory. */
    public static List<String> optionalNames(Path directory) {
        return ifThere(() -> names(directory)).orElse(List.of());
    }

    /** Numbers among the names in a directory, ascending, as {@code /proc} has of processes and {@code fd} of open files. */
    public static List<Integer> numbers(Path directory) {
        return names(directory).stream()
                .filter(name -> name.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .sorted()
                .toList();
    }

    /** Attributes of the file that a link leads to: those named, of the view {@code unix}. */
    public static Map<String, Object> attributes(Path file, String names) {
        return on(file, () -> Files.readAttributes(file, "unix:" + names));
    }

    /** Whether a failure says that the file, or the process it belongs to, is gone. */
    public static boolean isGone(MemflowException failure) {
        return failure.kind() == ErrorKind.NOT_FOUND;
    }

    private static <T> Optional<T> ifThere(Supplier<T> reader) {
        try {
            return Optional.of(reader.get());
        } catch (MemflowException failed) {
            if (isGone(failed)) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private static <T> T on(Path file, Access<T> access) {
        try {
            return access.run();
        } catch (NoSuchFileException | NotDirectoryException gone) {
            throw gone(file, gone);
        } catch (AccessDeniedException denied) {
            throw Refusal.of(file, denied);
        } catch (IOException failed) {
            throw failure(file, failed);
        }
    }

    private static MemflowException failure(Path file, IOException failed) {
        String reason = failed instanceof FileSystemException known && known.getReason() != null
                ? known.getReason()
                : String.valueOf(failed.getMessage());
        String text = reason.toLowerCase(Locale.ROOT);
        if (text.contains(NO_SUCH_PROCESS)) {
            return gone(file, failed);
        }
        if (text.contains(NOT_PERMITTED)) {
            return Refusal.of(file, failed);
        }
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.UNABLE_TO_READ_FILE,
                "%s could not be read: %s.".formatted(file, reason),
                failed);
    }

    private static MemflowException gone(Path file, IOException failed) {
        return new MemflowException(
                ErrorOrigin.OS_LAYER, ErrorKind.NOT_FOUND, "There is no %s (any more).".formatted(file), failed);
    }
}
