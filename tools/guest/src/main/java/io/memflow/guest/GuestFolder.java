package io.memflow.guest;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one running guest. Folder names carry the process that owns them, so that those of a process that was
 * killed are recognised and removed by the next one. Immutable.
 *
 * @param scratch logs and sockets
 * @param ram folder of the RAM file, in shared memory where there is enough; may be the scratch folder
 */
record GuestFolder(Path scratch, Path ram) {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /** Left free for others in the file system of the RAM file. */
    private static final long RESERVE = 64L << 20;

    /** {@code sun_path} of {@code struct sockaddr_un}, less its terminating zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private static final Pattern NAME = Pattern.compile("memflow-guest-(\\d{1,10})-.*");
    private static final AtomicInteger COUNTER = new AtomicInteger();

    static GuestFolder create(GuestConfiguration configuration) {
        String name = "memflow-guest-%d-%s-%d"
                .formatted(ProcessHandle.current().pid(), configuration.name(), COUNTER.incrementAndGet());
        try {
            sweep(configuration.scratch());
            sweep(SHARED_MEMORY);
            Path scratch = make(configuration.scratch().toAbsolutePath().resolve(name));
            boolean shared = configuration.ramBacking() == RamBacking.SHARED_FILE
                    && Files.isWritable(SHARED_MEMORY)
                    && Files.getFileStore(SHARED_MEMORY).getUsableSpace()
                            > ((long) configuration.memoryMiB() << 20) + RESERVE;
            GuestFolder folder = new GuestFolder(scratch, shared ? make(SHARED_MEMORY.resolve(name)) : scratch);
            folder.checkSocketPath();
            return folder;
        } catch (IOException e) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.UNABLE_TO_CREATE_DIRECTORY,
                    "No folder for the guest could be made in %s: %s"
                            .formatted(configuration.scratch(), e.getMessage()),
                    e);
        }
    }

    Path ramFile() {
        return ram.resolve("ram");
    }

    Path console() {
        return scratch.resolve("console.log");
    }

    Path debugPort() {
        return scratch.resolve("debug-port.bin");
    }

    Path log() {
        return scratch.resolve("qemu.log");
    }

    /** Where QEMU connects to us. */
    Path controlSocket() {
        return scratch.resolve("control.sock");
    }

    /** Where others connect to QEMU. */
    Path monitorSocket() {
        return scratch.resolve("qmp.sock");
    }

    void delete() throws IOException {
        for (Path folder : new LinkedHashSet<>(List.of(ram, scratch))) {
            deleteTree(folder);
        }
    }

    private void checkSocketPath() throws IOException {
        int length = controlSocket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET_PATH) {
            delete();
            throw new IOException(
                    "its path is too long for a socket, %d bytes of at most %d".formatted(length, LONGEST_SOCKET_PATH));
        }
    }

    private static Path make(Path path) throws IOException {
        return Files.createDirectory(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Removes what processes left that did not get to remove it themselves. */
    private static void sweep(Path base) throws IOException {
        if (!Files.isWritable(base)) {
            return;
        }
        Set<Path> orphans = new LinkedHashSet<>();
        try (Stream<Path> all = Files.list(base)) {
            all.filter(GuestFolder::isOrphan).forEach(orphans::add);
        }
        for (Path orphan : orphans) {
            deleteTree(orphan);
        }
    }

    private static boolean isOrphan(Path path) {
        Matcher matcher = NAME.matcher(path.getFileName().toString());
        return matcher.matches()
                && Files.isWritable(path)
                && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(root)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
