package io.memflow.connector.qemu.host;

import io.memflow.host.process.ProcFs;
import io.memflow.host.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running QEMU. Immutable.
 *
 * @param emulator the executable's name, such as {@code qemu-system-x86_64}
 */
public record QemuProcess(ProcessIdentity identity, String emulator, QemuCommandLine commandLine) {
    /** With the leading dot and suffix that NixOS' wrapped executables have; qemu-kvm is what RHEL calls it. */
    private static final Pattern EMULATOR = Pattern.compile("\\.?(qemu-system-[a-z0-9_]+|qemu-kvm)(-wrapped)?");

    private static final String DELETED = " (deleted)";

    /** The QEMU with that id; empty when that process does not run, or is none. */
    public static Optional<QemuProcess> of(ProcFs procFs, long pid) {
        List<String> arguments = procFs.arguments(pid);
        OptionalLong startTime = procFs.startTime(pid);
        if (arguments.isEmpty() || startTime.isEmpty()) {
            return Optional.empty();
        }
        // The executable decides, not the name of the process, which is cut to 15 characters and can be set, and not
        // the
        // first argument, which for a wrapper script is the shell. Only another user's executable cannot be seen.
        String executable = procFs.executable(pid).map(Path::toString).orElse(arguments.getFirst());
        String file = executable.substring(executable.lastIndexOf('/') + 1);
        String plain = file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
        Matcher matcher = EMULATOR.matcher(plain);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ProcessIdentity identity = new ProcessIdentity(procFs, pid, startTime.getAsLong());
        return Optional.of(new QemuProcess(identity, matcher.group(1), QemuCommandLine.parse(arguments)));
    }

    /** Every running QEMU that is visible, by ascending id. */
    public static List<QemuProcess> all(ProcFs procFs) {
        return procFs.processes().stream()
                .flatMap(pid -> of(procFs, pid).stream())
                .toList();
    }

    public long pid() {
        return identity.pid();
    }

    /** The machine in a few words: its name where it has one, and the process' id. */
    public String description() {
        return commandLine
                .name()
                .map(name -> "QEMU %s (pid %d)".formatted(name, pid()))
                .orElse("QEMU pid " + pid());
    }

    /** Whether the guest's processor is an x86 one. */
    public boolean isX86() {
        return emulator.equals("qemu-system-x86_64")
                || emulator.equals("qemu-system-i386")
                || (emulator.equals("qemu-kvm") && System.getProperty("os.arch").equals("amd64"));
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
