package io.memflow.lab;

import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.guest.architecture.GuestArchitecture;
import io.memflow.guest.host.HostCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lab's program with shared libraries, and those: our own, the compiler's C library, and its loader.
 *
 * @param files path in the guest to file here
 */
record LinkedProgram(Map<String, Path> files) {
    /** What the program is called in the guest. */
    static final String PROGRAM = "linked";

    private static final String LIBRARY = "libplanted.so.1";
    private static final String C_LIBRARY = "libc.so.6";
    private static final Pattern INTERPRETER = Pattern.compile("program interpreter: (\\S+)]");
    private static final List<String> STRICT = List.of("-std=gnu17", "-O1", "-Wall", "-Wextra", "-Werror", "-s");

    LinkedProgram {
        files = Map.copyOf(files);
    }

    /** Compiles both and looks for what they need. */
    static LinkedProgram build(GuestArchitecture architecture) throws IOException {
        Path folder =
                Files.createDirectories(Workload.outputFolder().resolve(PROGRAM + "-" + architecture.debianName()));
        String compiler = architecture.compiler().require().toString();
        Path library = folder.resolve(LIBRARY);
        Path program = folder.resolve(PROGRAM);
        compile(
                compiler,
                List.of(
                        "-shared",
                        "-fPIC",
                        "-Wl,-soname," + LIBRARY,
                        "-Wl,--hash-style=sysv",
                        "-Wl,--build-id",
                        "-Wl,--version-script=" + Workload.source("planted.map")),
                library,
                List.of(Workload.source("planted.c")));
        compile(
                compiler,
                List.of("-pie", "-fPIE", "-Wl,--hash-style=gnu", "-Wl,--build-id"),
                program,
                List.of(Workload.source("linked.c"), library));
        String loader = interpreter(program);
        Map<String, Path> files = new LinkedHashMap<>();
        files.put("/bin/" + PROGRAM, program);
        files.put("/lib/" + LIBRARY, library);
        files.put("/lib/" + C_LIBRARY, ofCompiler(compiler, C_LIBRARY));
        files.put(loader, ofCompiler(compiler, loader.substring(loader.lastIndexOf('/') + 1)));
        return new LinkedProgram(files);
    }

    /** Compiles what is not linked statically, strictly. */
    static void compile(String compiler, List<String> options, Path target, List<Path> sources) {
        List<String> words = new ArrayList<>(List.of(compiler));
        words.addAll(STRICT);
        words.addAll(options);
        words.addAll(List.of("-o", target.toString()));
        sources.forEach(source -> words.add(source.toString()));
        HostCommand.of(words).runOrFail();
    }

    private static String interpreter(Path program) {
        Matcher matcher = INTERPRETER.matcher(
                HostCommand.of("readelf", "-lW", program.toString()).runOrFail());
        if (!matcher.find()) {
            throw new MemflowException(
                    ErrorOrigin.OTHER, ErrorKind.NOT_FOUND, program + " asks for no loader: it was linked statically.");
        }
        return matcher.group(1);
    }

    private static Path ofCompiler(String compiler, String name) throws IOException {
        return Path.of(HostCommand.of(compiler, "-print-file-name=" + name)
                        .runOrFail()
                        .strip())
                .toRealPath();
    }
}
