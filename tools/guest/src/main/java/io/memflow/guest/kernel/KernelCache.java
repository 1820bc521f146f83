package io.memflow.guest.kernel;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Unpacked kernels on disk: a folder for each package version, and for each source a file {@code KEY.resolved} that names
 * the folder it led to; that file's age is the age of the answer. Thread-safe, also between processes.
 */
final class KernelCache {
    private static final String RESOLVED = ".resolved";
    private static final String PART = ".part";

    /** A file lock holds between processes only. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final Path folder;

    KernelCache(Path folder) {
        this.folder = folder;
    }

    /** The cache of the current user: {@code $XDG_CACHE_HOME/memflow} or {@code ~/.cache/memflow}. */
    static KernelCache ofUser() {
        String configured = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path base =
                configured.startsWith("/") ? Path.of(configured) : Path.of(System.getProperty("user.home"), ".cache");
        return new KernelCache(base.resolve("memflow").resolve("kernels"));
    }

    /** Work on the cache that nobody else may disturb. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** What fills the folder of a kernel. */
    @FunctionalInterface
    interface Unpacking {
        void into(Path scratch, Path target) throws IOException;
    }

    /**
     * Runs with the cache to itself.
     *
     * @throws MemflowException when its folder cannot be used
     */
    <T> T exclusively(Work<T> work) {
        THREADS.lock();
        try {
            Files.createDirectories(folder);
            try (FileChannel file = FileChannel.open(
                            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("its lock is not held");
                }
                return work.run();
            }
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_WRITE_FILE,
                    "The kernel cache %s cannot be used: %s".formatted(folder, e.getMessage()),
                    e);
        } finally {
            THREADS.unlock();
        }
    }

    /** The kernel a source led to within the last {@code age}. */
    Optional<GuestKernel> find(String key, Duration age) throws IOException {
        Path resolved = folder.resolve(key + RESOLVED);
        if (!Files.isRegularFile(resolved)) {
            return Optional.empty();
        }
        Instant answered = Files.getLastModifiedTime(resolved).toInstant();
        Path kernel = folder.resolve(Files.readString(resolved).strip());
        if (answered.isBefore(Instant.now().minus(age)) || !Files.isDirectory(kernel)) {
            return Optional.empty();
        }
        return Optional.of(KernelPackages.kernelIn(kernel));
    }

    /** Gives the kernel in the folder {@code name}, unpacked now when it is not there, as this source's answer. */
    GuestKernel store(String key, String name, Unpacking unpacking) throws IOException {
        Path kernel = folder.resolve(name);
        if (!Files.isDirectory(kernel)) {
            Path scratch = emptied(name + ".deb" + PART);
            Path target = emptied(name + PART);
            unpacking.into(scratch, target);
            Files.move(target, kernel, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(scratch);
        }
        GuestKernel found = KernelPackages.kernelIn(kernel);
        Files.writeString(folder.resolve(key + RESOLVED), name + "\n");
        prune();
        return found;
    }

    /** A folder of this cache for lists and the like. */
    Path sibling(String name) {
        return folder.resolveSibling(name);
    }

    private Path emptied(String name) throws IOException {
        Path path = folder.resolve(name);
        deleteTree(path);
        return Files.createDirectory(path);
    }

    /** Package versions change every few weeks: those that no source leads to any more go. */
    private void prune() throws IOException {
        Set<String> wanted = new HashSet<>();
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.toList();
        }
        for (Path file : all) {
            if (file.toString().endsWith(RESOLVED)) {
                wanted.add(Files.readString(file).strip());
            }
        }
        for (Path path : all) {
            if (Files.isDirectory(path) && !wanted.contains(path.getFileName().toString())) {
                deleteTree(path);
            }
        }
    }

    /** Removes a folder with all that is in it. */
    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(root)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
