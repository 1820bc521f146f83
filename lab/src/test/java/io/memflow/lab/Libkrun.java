package io.memflow.lab;

import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.CommandResult;
import io.memflow.guest.host.HostCommand;
import io.memflow.guest.host.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** libkrun, a library that runs machines with KVM: as a package of npm brings it, with the lab's own program that starts a Linux by it. */
final class Libkrun {
    /** What the program is called in the guest. */
    static final String PROGRAM = "krun";

    private static final String PACKAGE = "@earendil-works/gondolin-krun-runner-linux-x64";
    private static final String VERSION = "0.12.0";
    /** Of the package's file; npm calls it the integrity. */
    private static final String SHA512 =
            "RRYsgwe2r5ApKmFNy469QgwnyjAHpAs9XANdWpTd9ol4iUYOY3sX7e0xIooAKxd+ktxGI4N/xRWicwGen3D/Ow==";

    private static final String LIBRARY = "libkrun.so.1";
    private static final Path FOLDER_IN_GUEST = Path.of("/lib/x86_64-linux-gnu");
    private static final String LACKS = "libkrun is unreachable: ";

    private Libkrun() {}

    /** Path in the guest to file here; the test is skipped where the package cannot be had. */
    static Map<String, Path> files() throws IOException {
        Path library = library();
        Map<String, Path> files = new LinkedHashMap<>(SharedLibraries.of(library));
        files.put(FOLDER_IN_GUEST.resolve(LIBRARY).toString(), library);
        Path program = program();
        files.putAll(SharedLibraries.of(program));
        files.put("/bin/" + PROGRAM, program);
        return files;
    }

    /** Lines of shell that start a Linux of so many MiB. */
    static String start(int mebibytes) {
        return "export LD_LIBRARY_PATH=%s\n%s %d %s \"%s\" > %s 2>&1 &\n%s"
                .formatted(
                        FOLDER_IN_GUEST,
                        PROGRAM,
                        mebibytes,
                        InnerGuest.LOG,
                        InnerGuest.WORDS,
                        InnerGuest.MESSAGES,
                        InnerGuest.untilReady());
    }

    private static Path library() throws IOException {
        Path folder = Files.createDirectories(Workload.outputFolder().resolve("libkrun-" + VERSION));
        Path library = folder.resolve(LIBRARY);
        if (Files.exists(library)) {
            return library;
        }
        Assumptions.assumeTrue(HostProgram.find("npm").isPresent(), LACKS + "this machine lacks npm");
        System.out.println("downloading " + PACKAGE + " " + VERSION);
        CommandResult result = HostCommand.of("npm", "pack", "--silent", PACKAGE + "@" + VERSION)
                .in(folder)
                .run();
        Assumptions.assumeTrue(result.succeeded(), LACKS + result.complaint());
        Path archive = folder.resolve(result.output().strip());
        if (!SHA512.equals(sha512(archive))) {
            throw new IOException(archive + " is not the package that is known: its SHA-512 differs");
        }
        HostCommand.of("tar", "xzf", archive.toString()).in(folder).runOrFail();
        // Nobody takes what an interrupted run has unpacked in part.
        return Files.move(folder.resolve("package/lib").resolve(LIBRARY), library, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String sha512(Path file) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException none) {
            throw new AssertionError("every JDK has SHA-512", none);
        }
    }

    /** Linked to libraries, since it loads another one. */
    private static Path program() throws IOException {
        Path program = Workload.outputFolder().resolve(PROGRAM);
        String compiler = GuestArchitecture.X86_64.compiler().require().toString();
        // C libraries before 2.34 have dlopen() in a library of its own.
        List<String> options = List.of("-Wl,--no-as-needed", "-ldl");
        LinkedProgram.compile(compiler, options, program, List.of(Workload.source(PROGRAM + ".c")));
        return program;
    }
}
