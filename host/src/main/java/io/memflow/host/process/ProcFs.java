package io.memflow.host.process;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The process file system. Immutable. Source: proc(5).
 *
 * @param root where it is mounted
 */
public record ProcFs(Path root) {
    /** The one every Linux system has. */
    public static ProcFs ofThisMachine() {
        return new ProcFs(Path.of("/proc"));
    }

    /** Whether there is one: other systems than Linux have none. */
    public boolean isMounted() {
        return Files.isDirectory(root);
    }

    /** The directory of a process. */
    public Path directory(long pid) {
        return root.resolve(Long.toString(pid));
    }

    /** Ids of all processes that are visible. */
    public List<Long> processes() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, "[0-9]*")) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.matches("[0-9]{1,10}")) {
                    pids.add(Long.parseLong(name));
                }
            }
        } catch (IOException | DirectoryIteratorException failed) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.UNABLE_TO_READ_DIR,
                    "The running processes could not be listed from %s (%s): this needs Linux with /proc mounted."
                            .formatted(root, failed.getMessage()),
                    failed);
        }
        pids.sort(null);
        return pids;
    }

    /** The arguments of a process; empty when it ended, or is a kernel thread. */
    public List<String> arguments(long pid) {
        try {
            byte[] bytes = Files.readAllBytes(directory(pid).resolve("cmdline"));
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.isEmpty() ? List.of() : Arrays.asList(text.split("\0", -1));
        } catch (IOException ended) {
            return List.of();
        }
    }

    /** The path of the executable; empty when this user may not see it, or the process ended. */
    public Optional<Path> executable(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(directory(pid).resolve("exe")));
        } catch (IOException hidden) {
            return Optional.empty();
        }
    }

    /** When the process started, in clock ticks since boot; empty when there is no such process. */
    public OptionalLong startTime(long pid) {
        try {
            String stat = Files.readString(directory(pid).resolve("stat"), StandardCharsets.ISO_8859_1);
            return ProcessStat.parse(stat).stream()
                    .mapToLong(ProcessStat::startTime)
                    .findFirst();
        } catch (IOException ended) {
            return OptionalLong.empty();
        }
    }

    /**
     * The mappings of a process.
     *
     * @throws MemflowException when this user may not look into the process, or it ended
     */
    public List<HostMapping> mappings(long pid) {
        try {
            return HostMapping.parseAll(Files.readString(directory(pid).resolve("maps"), StandardCharsets.ISO_8859_1));
        } catch (AccessDeniedException denied) {
            throw Refusals.denied(pid, denied);
        } catch (NoSuchFileException ended) {
            throw Refusals.ended(pid, ended);
        } catch (IOException failed) {
            throw Refusals.unreadable(pid, failed);
        }
    }
}
