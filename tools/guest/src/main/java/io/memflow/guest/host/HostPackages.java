package io.memflow.guest.host;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The programs a task needs on this machine, and the means to get those that are missing. Immutable. */
public final class HostPackages {
    /** Seconds apt waits for another package tool to finish. */
    private static final String LOCK_SECONDS = "300";

    private final Set<HostProgram> needed;

    private HostPackages(Set<HostProgram> needed) {
        this.needed = needed;
    }

    public static HostPackages of(HostProgram first, HostProgram... more) {
        return new HostPackages(EnumSet.of(first, more));
    }

    /** The same and more. */
    public HostPackages and(Collection<HostProgram> more) {
        Set<HostProgram> all = EnumSet.copyOf(needed);
        all.addAll(more);
        return new HostPackages(all);
    }

    /** What the demo guest needs: the emulator and its user space. */
    public static HostPackages forDemo() {
        return of(HostProgram.QEMU, HostProgram.BUSYBOX);
    }

    /** What the lab's guests need: the same, and a C compiler for their workload. */
    public static HostPackages forLab() {
        return of(HostProgram.QEMU, HostProgram.BUSYBOX, HostProgram.C_COMPILER, HostProgram.C_LIBRARY);
    }

    public Set<HostProgram> needed() {
        return EnumSet.copyOf(needed);
    }

    /** Those that this machine does not have now, in the order of {@link HostProgram}. */
    public List<HostProgram> missing() {
        return needed.stream().filter(program -> program.find().isEmpty()).toList();
    }

    /**
     * Makes sure that nothing is missing. Returns at once when nothing is; otherwise installs the packages with apt-get,
     * which takes root on Debian or a system like it.
     *
     * @param progress receives one line before each step that takes long
     * @throws MemflowException when something is missing and cannot be installed here, with the command to run
     */
    public void ensure(Consumer<String> progress) {
        List<HostProgram> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        List<String> packages =
                missing.stream().map(HostProgram::debianPackage).distinct().toList();
        String files = String.join(
                ", ", missing.stream().map(HostProgram::file).distinct().toList());
        String advice = "apt-get install --no-install-recommends " + String.join(" ", packages);
        if (!isRoot() || HostProgram.find("apt-get").isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.NOT_FOUND,
                    "This machine lacks %s, and only root on Debian can install that here: run 'sudo %s', or install the same with your system's package tool."
                            .formatted(files, advice));
        }
        addArchitectures(packages, progress);
        progress.accept("installing " + String.join(" ", packages));
        CommandResult result = install(packages);
        if (!result.succeeded()) {
            progress.accept("updating the package lists");
            aptGet(List.of("update")).run();
            result = install(packages);
        }
        if (!result.succeeded() || !missing().isEmpty()) {
            throw new MemflowException(
                    ErrorOrigin.OTHER,
                    ErrorKind.NOT_FOUND,
                    "This machine lacks %s, and '%s' did not bring it (%s): check the network and apt's sources."
                            .formatted(files, advice, result.complaint()));
        }
    }

    /** Packages of another architecture are named with it behind a colon, and dpkg has to be told of it first. */
    private static void addArchitectures(List<String> packages, Consumer<String> progress) {
        List<String> architectures = packages.stream()
                .filter(name -> name.contains(":"))
                .map(name -> name.substring(name.indexOf(':') + 1))
                .distinct()
                .toList();
        if (architectures.isEmpty()) {
            return;
        }
        List<String> known = HostCommand.of(List.of("dpkg", "--print-foreign-architectures"))
                .run()
                .output()
                .lines()
                .toList();
        for (String architecture : architectures) {
            if (!known.contains(architecture)) {
                progress.accept("telling dpkg of packages of the architecture " + architecture);
                HostCommand.of(List.of("dpkg", "--add-architecture", architecture))
                        .run();
            }
        }
    }

    private static CommandResult install(List<String> packages) {
        List<String> words = new ArrayList<>(List.of("install", "-y", "--no-install-recommends"));
        words.addAll(packages);
        return aptGet(words).run();
    }

    private static HostCommand aptGet(List<String> words) {
        List<String> all = new ArrayList<>(List.of("apt-get", "-q", "-o", "DPkg::Lock::Timeout=" + LOCK_SECONDS));
        all.addAll(words);
        return HostCommand.of(all).with("DEBIAN_FRONTEND", "noninteractive");
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
