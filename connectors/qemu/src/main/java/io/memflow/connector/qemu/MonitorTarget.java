package io.memflow.connector.qemu;

import io.memflow.connector.qemu.host.QemuProcess;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.host.process.ProcFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A machine named by the socket of its QMP monitor. Immutable.
 *
 * @param socket its path
 * @param process the QEMU that listens there
 */
record MonitorTarget(String socket, QemuProcess process) {
    /** Columns of {@code /proc/net/unix} before the path; the last of them is the inode (proc(5)). */
    private static final int INODE_COLUMN = 6;

    /**
     * The machine behind a socket; empty when the target is no path of a socket.
     *
     * @throws MemflowException when no QEMU listens there, as far as this user can see
     */
    static Optional<MonitorTarget> of(ProcFs procFs, Optional<String> target) {
        Optional<Path> socket = target.flatMap(MonitorTarget::socket);
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        List<QemuProcess> machines = RunningMachines.of(procFs).processes();
        List<QemuProcess> found = machines.stream()
                .filter(machine -> names(machine, socket.get()))
                .toList();
        if (found.isEmpty()) {
            Set<String> links = links(procFs, socket.get());
            found = machines.stream()
                    .filter(machine -> holds(procFs, machine.pid(), links))
                    .toList();
        }
        if (found.size() != 1) {
            throw new MemflowException(
                    ErrorOrigin.CONNECTOR,
                    ErrorKind.TARGET_NOT_FOUND,
                    "%d QEMUs listen at %s, as far as this user can see: name the machine by its process id and the socket by monitor=."
                            .formatted(found.size(), socket.get()));
        }
        return Optional.of(new MonitorTarget(socket.get().toString(), found.getFirst()));
    }

    private static Optional<Path> socket(String target) {
        try {
            Path path = Path.of(target);
            boolean socket = target.contains("/") && Files.exists(path) && !Files.isRegularFile(path);
            return socket && !Files.isDirectory(path) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }

    private static boolean names(QemuProcess machine, Path socket) {
        return machine.monitorSockets().stream().anyMatch(named -> isSame(named, socket));
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException gone) {
            return false;
        }
    }

    /** What the links of descriptors to the listening socket read like. */
    private static Set<String> links(ProcFs procFs, Path socket) {
        Set<String> links = new HashSet<>();
        String path = socket.toAbsolutePath().normalize().toString();
        try {
            for (String line : Files.readAllLines(procFs.root().resolve("net/unix"), StandardCharsets.ISO_8859_1)) {
                String[] columns = line.strip().split(" +", INODE_COLUMN + 2);
                if (columns.length == INODE_COLUMN + 2 && columns[INODE_COLUMN + 1].equals(path)) {
                    links.add("socket:[" + columns[INODE_COLUMN] + "]");
                }
            }
        } catch (IOException notShown) {
            return Set.of();
        }
        return links;
    }

    private static boolean holds(ProcFs procFs, long pid, Set<String> links) {
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(procFs.directory(pid).resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (links.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
            return false;
        } catch (IOException | DirectoryIteratorException notAllowed) {
            return false;
        }
    }
}
