package io.memflow.guest.host;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Something this machine must offer, and the Debian package that brings it. */
public enum HostProgram {
    /** The emulator of the guests. */
    QEMU("qemu-system-x86_64", "qemu-system-x86"),
    /** The guest's user space, linked statically so that it needs no library in there; also unpacks kernel modules. */
    BUSYBOX("busybox", "busybox-static"),
    /** Compiles the lab's workload. */
    C_COMPILER("gcc", "gcc"),
    /** The C library in the form that static linking needs. */
    C_LIBRARY("libc.a", "libc6-dev");

    /** Folders with programs that a user's PATH often lacks. */
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    /** Where Debian and other distributions keep static libraries of x86-64. */
    private static final List<String> LIBRARY_FOLDERS = List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib");

    private final String file;
    private final String debianPackage;

    HostProgram(String file, String debianPackage) {
        this.file = file;
        this.debianPackage = debianPackage;
    }

    /** The name of the program's file. */
    public String file() {
        return file;
    }

    /** The package to install on Debian. */
    public String debianPackage() {
        return debianPackage;
    }

    /** Where it is, empty when this machine has none that serves. */
    public Optional<Path> find() {
        return switch (this) {
            case C_LIBRARY -> inFolders(file, LIBRARY_FOLDERS.stream());
            case BUSYBOX -> find(file).filter(StaticElf::isStatic);
            case QEMU, C_COMPILER -> find(file);
        };
    }

    /**
     * Where it is.
     *
     * @throws MemflowException when it is missing, with the package to install
     */
    public Path require() {
        return find().orElseThrow(() -> new MemflowException(
                ErrorOrigin.OTHER,
                ErrorKind.NOT_FOUND,
                "This machine has no usable %s: install the package %s.".formatted(file, debianPackage)));
    }

    /** Looks any program up, in PATH and then in the system's own folders. */
    public static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return inFolders(program, Stream.concat(Stream.of(path.split(":")), SYSTEM_FOLDERS.stream()));
    }

    private static Optional<Path> inFolders(String file, Stream<String> folders) {
        return folders.filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, file))
                .filter(candidate -> Files.isRegularFile(candidate) && Files.isReadable(candidate))
                .findFirst();
    }
}
