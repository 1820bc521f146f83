package io.memflow.os.nativelinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What another user without rights is told: a listing as that user, in a process of its own. Needs root to become one. */
@EnabledOnOs(OS.LINUX)
class RefusalTest {
    private static final String NOBODY = "65534";
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    @TempDir
    private Path directory;

    private static boolean isRoot() throws IOException {
        return Files.readString(Path.of("/proc/self/status"))
                .lines()
                .anyMatch(line -> line.matches("Uid:\\s+0\\s+0\\s.*"));
    }

    /** The classes, where another user may read them. */
    private String classPath() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        String paths = System.getProperty("jdk.module.path", "")
                + File.pathSeparator
                + System.getProperty("java.class.path", "")
                + File.pathSeparator
                + PlantedChild.testClasses();
        List<String> copies = new ArrayList<>();
        for (String path : paths.split(File.pathSeparator, -1)) {
            Path source = Path.of(path);
            boolean ours = path.contains("memflow") || path.endsWith("classes") || path.endsWith("main");
            if (!path.isEmpty() && ours && Files.exists(source)) {
                Path copy = directory.resolve("classes-" + copies.size());
                copy(source, copy);
                copies.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path one : all.toList()) {
                Path copy = target.resolve(source.relativize(one).toString());
                Files.copy(one, copy);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(one) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    @Test
    void anotherUserIsToldWhatIsRefusedAndWhatToDo() throws Exception {
        assumeTrue(isRoot(), "only root can become another user");
        assumeTrue(Files.isExecutable(SETPRIV), "setpriv of util-linux is not installed");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        try (PlantedChild child = PlantedChild.start(Files.createDirectory(directory.resolve("child")))) {
            Process listing = new ProcessBuilder(
                            SETPRIV.toString(),
                            "--reuid=" + NOBODY,
                            "--regid=" + NOBODY,
                            "--clear-groups",
                            java.toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-XX:+UseSerialGC",
                            "-cp",
                            classPath(),
                            RefusedListing.class.getName(),
                            Integer.toString(child.pid()),
                            Long.toString(child.fact("memory")))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String out = new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.println(out);
            assertThat(listing.waitFor()).isZero();
            assertThat(out).contains("row: exe: This user may not read /proc/" + child.pid() + "/exe: run as root");
            assertThat(out).contains("arguments 6");
            assertThat(out).contains("regions: regions: This user may not read", "CAP_SYS_PTRACE");
            assertThat(out).contains("handles: open files: This user may not read");
            assertThat(out).containsPattern("all handles: open files of [0-9]+ processes: This user may not");
            assertThat(out).contains("environment: This user may not read");
            assertThat(out).contains("memory: DENIED");
            assertThat(out).contains("own regions 0");
            assertThat(out).contains("symbols: : The kernel hides the addresses");
            assertThat(out).contains("step kernel symbols: MISSING", "step their memory: MISSING");
        }
    }
}
