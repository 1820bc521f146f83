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
    /** The emulator of x86-64 guests. */
    QEMU("qemu-system-x86_64", "qemu-system-x86"),
    /** The emulator of 32-bit x86 guests. */
    QEMU_I386("qemu-system-i386", "qemu-system-x86"),
    /** The emulator of AArch64 guests. */
    QEMU_ARM64("qemu-system-aarch64", "qemu-system-arm"),
    /** The emulator of 64-bit RISC-V guests. */
    QEMU_RISCV64("qemu-system-riscv64", "qemu-system-misc"),
    /** The guest's user space, linked statically so that it needs no library in there; also unpacks kernel modules. */
    BUSYBOX("busybox", "busybox-static"),
    /** Unpacks kernels that QEMU cannot start as Debian packs them. */
    ZSTD("zstd", "zstd"),
    /** Compiles the lab's workload. */
    C_COMPILER("gcc", "gcc"),
    /** The C library in the form that static linking needs. */
    C_LIBRARY("libc.a", "libc6-dev", "/usr/lib/x86_64-linux-gnu:/usr/lib64:/usr/lib"),
    /** Compiles for 32-bit x86. */
    C_COMPILER_I386("i686-linux-gnu-gcc", "gcc-i686-linux-gnu"),
    /** The static C library of 32-bit x86. */
    C_LIBRARY_I386("libc.a", "libc6-dev-i386-cross", "/usr/i686-linux-gnu/lib"),
    /** Compiles for AArch64. */
    C_COMPILER_ARM64("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
    /** The static C library of AArch64. */
    C_LIBRARY_ARM64("libc.a", "libc6-dev-arm64-cross", "/usr/aarch64-linux-gnu/lib"),
    /** Compiles for 64-bit RISC-V. */
    C_COMPILER_RISCV64("riscv64-linux-gnu-gcc", "gcc-riscv64-linux-gnu"),
    /** The static C library of 64-bit RISC-V. */
    C_LIBRARY_RISCV64("libc.a", "libc6-dev-riscv64-cross", "/usr/riscv64-linux-gnu/lib"),
    /** Runs 64-bit programs of Windows. */
    WINE64("wine64", "wine64", "/usr/lib/wine"),
    /** Runs 32-bit programs of Windows; a package of Debian's i386. */
    WINE32("wine", "wine32:i386", "/usr/lib/wine");

    /** Folders with programs that a user's PATH often lacks. */
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private final String file;
    private final String debianPackage;
    /** Where distributions keep a library, folders joined by colons; empty for a program. */
    private final String libraryFolders;

    HostProgram(String file, String debianPackage) {
        this(file, debianPackage, "");
    }

    HostProgram(String file, String debianPackage, String libraryFolders) {
        this.file = file;
        this.debianPackage = debianPackage;
        this.libraryFolders = libraryFolders;
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
        if (!libraryFolders.isEmpty()) {
            return inFolders(file, Stream.of(libraryFolders.split(":")));
        }
        return this == BUSYBOX ? find(file).filter(StaticElf::isStatic) : find(file);
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
