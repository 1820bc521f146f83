package io.memflow.host.ram;

import io.memflow.core.memory.ViewProperties;
import io.memflow.host.process.HostMapping;
import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the very file that another process has mapped. Stateless. */
final class MappedFile {
    private MappedFile() {}

    /** Opens it; empty when no way leads there for this user. */
    static Optional<FileChannel> open(ProcFs procFs, long pid, HostMapping mapping, ViewProperties.Access access) {
        for (Path candidate : candidates(procFs, pid, mapping)) {
            Optional<FileChannel> opened = open(candidate, mapping, options(access));
            if (opened.isPresent()) {
                return opened;
            }
        }
        return Optional.empty();
    }

    private static Set<OpenOption> options(ViewProperties.Access access) {
        return access == ViewProperties.Access.READ_WRITE
                ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
                : Set.of(StandardOpenOption.READ);
    }

    private static Optional<FileChannel> open(Path candidate, HostMapping mapping, Set<OpenOption> options) {
        try {
            // A path can name another file by now, or in this process; the inode tells.
            return inode(candidate) == mapping.inode()
                    ? Optional.of(FileChannel.open(candidate, options))
                    : Optional.empty();
        } catch (IOException notThisWay) {
            return Optional.empty();
        }
    }

    private static long inode(Path path) throws IOException {
        return (Long) Files.getAttribute(path, "unix:ino");
    }

    /** Best first: the kernel's link to the mapping needs a capability, the path may be gone, a descriptor may be shut. */
    private static List<Path> candidates(ProcFs procFs, long pid, HostMapping mapping) {
        Path directory = procFs.directory(pid);
        List<Path> candidates = new ArrayList<>();
        candidates.add(directory.resolve("map_files").resolve("%x-%x".formatted(mapping.start(), mapping.end())));
        pathOf(mapping).ifPresent(candidates::add);
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(directory.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (leadsTo(descriptor, mapping.path())) {
                    candidates.add(descriptor);
                }
            }
        } catch (IOException | DirectoryIteratorException notAllowed) {
            return candidates;
        }
        return candidates;
    }

    /** Compared as text: a memfd has a name, but no place in the file system. */
    private static boolean leadsTo(Path descriptor, String path) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(path);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static Optional<Path> pathOf(HostMapping mapping) {
        try {
            return Optional.of(Path.of(mapping.path()));
        } catch (InvalidPathException notInThisEncoding) {
            return Optional.empty();
        }
    }
}
