package io.memflow.lab;

import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostCommand;
import io.memflow.guest.host.HostProgram;
import io.memflow.guest.initramfs.Initramfs;
import io.memflow.guest.kernel.GuestKernel;
import io.memflow.guest.kernel.KernelModules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What runs inside lab guests: our C programs, compiled when their source is newer, and an initramfs around them. */
public final class Workload {
    /** The only program of the guests that address translation is proven on. */
    private static final String MAPPINGS = "mappings";

    private static final String PAGING = "paging";
    private static final List<String> PROGRAMS = List.of("population", "bpf", "truth");
    /** zram with what its algorithms need in some kernel, each behind what it needs itself. */
    private static final List<String> SWAP_MODULES = List.of(
            "loop",
            "zlib_deflate",
            "lz4_compress",
            "lz4hc_compress",
            "zstd_compress",
            "lzo",
            "lzo-rle",
            "lz4",
            "lz4hc",
            "zstd",
            "zsmalloc",
            "zram");

    private static final List<String> MODULES = List.of("dummy", "loop", "veth", "llc", "stp");

    /** The lab's folder: tests run in it, tools may run in the one above. */
    private static final Path LAB = Files.isDirectory(Path.of("guest")) ? Path.of("") : Path.of("lab");

    private Workload() {}

    /** A folder for what the lab makes, below {@code target}. */
    static Path outputFolder() throws IOException {
        return Files.createDirectories(LAB.resolve("target").resolve("lab").toAbsolutePath());
    }

    /** Writes the initramfs for a kernel. */
    static Path initramfs(GuestKernel kernel) throws IOException {
        return initramfs(kernel, GuestArchitecture.X86_64, HostProgram.BUSYBOX.require(), PROGRAMS);
    }

    /**
     * Writes the initramfs for a kernel of any architecture.
     *
     * @param busybox one of that architecture
     */
    static Path initramfs(GuestKernel kernel, GuestArchitecture architecture, Path busybox) throws IOException {
        return initramfs(kernel, architecture, busybox, PROGRAMS);
    }

    private static Path initramfs(
            GuestKernel kernel, GuestArchitecture architecture, Path busybox, List<String> programs)
            throws IOException {
        Initramfs initramfs = new Initramfs()
                .copy("/bin/busybox", busybox, Initramfs.EXECUTABLE)
                .link("/bin/sh", "busybox")
                .copy("/init", source("init"), Initramfs.EXECUTABLE);
        for (String program : programs) {
            initramfs.copy("/bin/" + program, compiled(program, architecture), Initramfs.EXECUTABLE);
        }
        LinkedProgram linked = LinkedProgram.build(architecture);
        linked.files().forEach((path, file) -> initramfs.copy(path, file, Initramfs.EXECUTABLE));
        KernelModules.add(initramfs, kernel, MODULES);
        return written(initramfs, kernel.packageVersion());
    }

    /** Writes the initramfs of a guest of any architecture that has mappings of all kinds and tells of them. */
    public static Path mappings(GuestKernel kernel, GuestArchitecture architecture) throws IOException {
        Initramfs initramfs = new Initramfs().copy("/init", compiled(MAPPINGS, architecture), Initramfs.EXECUTABLE);
        KernelModules.add(initramfs, kernel, MODULES.subList(0, 1));
        return written(initramfs, kernel.packageVersion() + "-" + MAPPINGS);
    }

    /** Writes the initramfs of a guest of any architecture whose pages are in every place that pages can be in. */
    static Path paging(GuestKernel kernel, GuestArchitecture architecture) throws IOException {
        Initramfs initramfs = new Initramfs().copy("/init", compiled(PAGING, architecture), Initramfs.EXECUTABLE);
        KernelModules.add(initramfs, kernel, SWAP_MODULES);
        return written(initramfs, kernel.packageVersion() + "-" + PAGING);
    }

    /**
     * Writes the initramfs of a guest in which another machine runs, or seems to.
     *
     * @param start lines of shell that start the machine
     * @param modules of its kernel to load before, each behind those it needs
     * @param files path in the guest to file here, all of them made executable
     */
    static Path outer(GuestKernel kernel, String start, List<String> modules, Map<String, Path> files)
            throws IOException {
        Initramfs initramfs = new Initramfs()
                .copy("/bin/busybox", HostProgram.BUSYBOX.require(), Initramfs.EXECUTABLE)
                .link("/bin/sh", "busybox")
                .copy("/init", source("outer-init"), Initramfs.EXECUTABLE)
                .text("/bin/start-machine", start, Initramfs.PLAIN);
        files.forEach((path, file) -> initramfs.copy(path, file, Initramfs.EXECUTABLE));
        KernelModules.add(initramfs, kernel, modules);
        return written(initramfs, kernel.packageVersion() + "-outer");
    }

    private static Path written(Initramfs initramfs, String name) throws IOException {
        Path file = outputFolder().resolve(name + ".cpio.gz");
        Path part = Files.createTempFile(outputFolder(), "initramfs-", ".part");
        initramfs.write(part);
        return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** One of our C programs, linked statically; compiled when one of its sources is newer. */
    static Path compiled(String program, GuestArchitecture architecture) throws IOException {
        List<Path> sources = sources(program);
        Path binary = outputFolder().resolve(program + "-" + architecture.debianName());
        if (Files.exists(binary) && isNewer(binary, sources)) {
            return binary;
        }
        String compiler = architecture.compiler().require().toString();
        architecture.staticLibrary().require();
        List<String> command = new ArrayList<>(List.of(compiler, "-std=gnu17", "-O1", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of("-static", "-pthread", "-s", "-o", binary.toString()));
        sources.stream().map(Path::toString).filter(name -> name.endsWith(".c")).forEach(command::add);
        HostCommand.of(command).runOrFail();
        return binary;
    }

    /**
     * A file of the program's name and the headers beside it, or a folder of its name with all that is in it; the folder
     * changes when a file goes.
     */
    private static List<Path> sources(String program) throws IOException {
        Path folder = source(program);
        boolean isFolder = Files.isDirectory(folder);
        Path file = source(program + ".c");
        try (Stream<Path> all = isFolder ? Files.walk(folder) : Files.list(source("."))) {
            return all.filter(path -> isFolder || path.getFileName().equals(file.getFileName()) || isHeader(path))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isHeader(Path path) {
        return path.getFileName().toString().endsWith(".h");
    }

    private static boolean isNewer(Path binary, List<Path> sources) throws IOException {
        FileTime made = Files.getLastModifiedTime(binary);
        for (Path source : sources) {
            if (made.compareTo(Files.getLastModifiedTime(source)) <= 0) {
                return false;
            }
        }
        return true;
    }

    static Path source(String name) {
        return LAB.resolve("guest").resolve(name).toAbsolutePath();
    }
}
