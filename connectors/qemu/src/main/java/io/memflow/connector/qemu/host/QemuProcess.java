package io.memflow.connector.qemu.host;

import io.memflow.host.layout.Processor;
import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A running QEMU. Immutable.
 *
 * @param emulator the executable's name, such as {@code qemu-system-x86_64}
 */
public record QemuProcess(ProcessIdentity identity, String emulator, QemuCommandLine commandLine)
        implements QemuInstance {
    /** The QEMU with that id; empty when that process does not run, or is none. */
    public static Optional<QemuProcess> of(ProcFs procFs, long pid) {
        List<String> arguments = procFs.arguments(pid);
        OptionalLong startTime = procFs.startTime(pid);
        if (arguments.isEmpty() || startTime.isEmpty()) {
            return Optional.empty();
        }
        // The executable decides, not the name of the process, which is cut to 15 characters and can be set, nor the
        // first argument, which for a wrapper script is the shell. Only another user's executable cannot be seen.
        String executable = procFs.executable(pid).map(Path::toString).orElse(arguments.getFirst());
        return Emulator.ofExecutable(executable)
                .map(emulator -> new QemuProcess(
                        new ProcessIdentity(procFs, pid, startTime.getAsLong()),
                        emulator.name(),
                        QemuCommandLine.parse(arguments)));
    }

    /** Every running QEMU that is visible, by ascending id. */
    public static List<QemuProcess> all(ProcFs procFs) {
        return procFs.processes().stream()
                .flatMap(pid -> of(procFs, pid).stream())
                .toList();
    }

    @Override
    public long pid() {
        return identity.pid();
    }

    /** The guest's processor. */
    public Processor processor() {
        return new Emulator(emulator).processor(System.getProperty("os.arch"));
    }

    /** Whether the guest's processor is an x86 one. */
    public boolean isX86() {
        return processor() == Processor.X86;
    }

    /** The monitors' sockets, each at a path that leads there from this process. */
    public List<Path> monitorSockets() {
        return commandLine.monitorSockets().stream()
                .flatMap(written -> seenFromHere(written).stream())
                .toList();
    }

    /** QEMU may see another root, or work in another directory, than we do; its own links in /proc lead there. */
    private Optional<Path> seenFromHere(String written) {
        Path directory = identity.procFs().directory(pid());
        try {
            Path path = Path.of(written);
            if (!path.isAbsolute()) {
                return Optional.of(directory.resolve("cwd").resolve(path)).filter(Files::exists);
            }
            Path seen = directory.resolve("root").resolve(Path.of("/").relativize(path));
            // The plain path is shorter, and a socket's path may have about a hundred bytes only.
            boolean plain = Files.exists(path) && (!Files.exists(seen) || Files.isSameFile(seen, path));
            return Optional.of(plain ? path : seen).filter(Files::exists);
        } catch (InvalidPathException notInThisEncoding) {
            return Optional.empty();
        } catch (IOException vanished) {
            return Optional.empty();
        }
    }
}
