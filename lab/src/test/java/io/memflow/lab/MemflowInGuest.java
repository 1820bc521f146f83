package io.memflow.lab;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** memflow itself with a JVM of its own, to run in a guest. */
final class MemflowInGuest {
    /** What to call in the guest, with memflow's arguments behind it. */
    static final String COMMAND =
            "/jre/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx160m --enable-native-access=io.memflow.host -m io.memflow.cli/io.memflow.cli.Main";

    private static final List<String> MODULES = List.of(
            "io.memflow.cli",
            "io.memflow.connector.kvm",
            "io.memflow.connector.qemu",
            "io.memflow.os.linux",
            "io.memflow.os.nativelinux");
    /** Loaded by name when they are needed, and none of them needs more than these. */
    private static final List<String> LOADED = List.of("bin/java", "lib/server/libjvm.so", "lib/libnio.so");

    /** A module's folder or jar, but not that of its tests, and the libraries that the program needs. */
    private static final Pattern OURS_OR_NEEDED =
            Pattern.compile("classes|jackson-.*\\.jar|memflow-.*(?<!-tests)\\.jar");

    private MemflowInGuest() {}

    /**
     * Path in the guest to file here.
     *
     * @param folder for what is made
     */
    static Map<String, Path> files(Path folder) throws IOException {
        Path image = folder.resolve("jre");
        link(image);
        Map<String, Path> files = new LinkedHashMap<>();
        try (Stream<Path> all = Files.walk(image)) {
            all.filter(Files::isRegularFile).forEach(file -> files.put("/jre/" + image.relativize(file), file));
        }
        for (String program : LOADED) {
            SharedLibraries.of(image.resolve(program)).forEach((path, file) -> {
                if (!file.startsWith(image)) {
                    files.put(path, file);
                }
            });
        }
        return files;
    }

    /** The modules that are tested here, on the JDK that tests them. */
    private static void link(Path image) {
        ToolProvider jlink =
                ToolProvider.findFirst("jlink").orElseThrow(() -> new IllegalStateException("this JDK has no jlink"));
        List<String> path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> OURS_OR_NEEDED
                        .matcher(Path.of(entry).getFileName().toString())
                        .matches())
                .toList();
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        int status = jlink.run(
                writer,
                writer,
                "--module-path",
                String.join(File.pathSeparator, path),
                "--add-modules",
                String.join(",", MODULES),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--generate-cds-archive",
                "--output",
                image.toString());
        if (status != 0) {
            throw new IllegalStateException("jlink of %s: %s".formatted(path, said));
        }
    }
}
