package io.memflow.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Programs that are not ours and read or make what we read. A test that wants one is skipped where it is not installed; a program
 * that is there and fails, fails the test.
 */
public enum OtherProgram {
    /** Reads PE images; a module of Python. */
    PEFILE(
            "pefile",
            "python3-pefile",
            List.of(List.of("/usr/bin/python3"), List.of("python3")),
            List.of("-c", "import pefile")),
    /** Reads and writes registry hives; a module of Python. */
    HIVEX(
            "hivex",
            "python3-hivex",
            List.of(List.of("/usr/bin/python3"), List.of("python3")),
            List.of("-c", "import hivex")),
    /** Reads program databases. */
    LLVM_PDBUTIL("llvm-pdbutil", "llvm", versions("llvm-pdbutil"), List.of("--version")),
    /** Reads minidumps. */
    LLDB("lldb", "lldb", versions("lldb"), List.of("--version")),
    /** Makes PE images of x86-64. */
    MINGW_X86_64(
            "x86_64-w64-mingw32-gcc",
            "gcc-mingw-w64-x86-64",
            List.of(List.of("x86_64-w64-mingw32-gcc")),
            List.of("--version")),
    /** Makes PE images of x86. */
    MINGW_I686(
            "i686-w64-mingw32-gcc",
            "gcc-mingw-w64-i686",
            List.of(List.of("i686-w64-mingw32-gcc")),
            List.of("--version"));

    /** LLVM of Debian 12; its programs have a name without number only with the package that points to the usual version. */
    private static final int OLDEST_LLVM = 14;

    private static final int NEWEST_LLVM = 24;

    private final String label;
    private final String debianPackage;
    private final List<List<String>> commands;
    /** Arguments with which a command succeeds where it serves. */
    private final List<String> probe;

    OtherProgram(String label, String debianPackage, List<List<String>> commands, List<String> probe) {
        this.label = label;
        this.debianPackage = debianPackage;
        this.commands = commands;
        this.probe = probe;
    }

    private static List<List<String>> versions(String program) {
        List<List<String>> names = new ArrayList<>();
        names.add(List.of(program));
        for (int version = OLDEST_LLVM; version <= NEWEST_LLVM; version++) {
            names.add(List.of(program + "-" + version));
        }
        return names;
    }

    /** What it prints when it is called so. The test is skipped when it is not installed, and fails when it fails. */
    public String run(List<String> arguments) {
        return start(command(), arguments).success(label);
    }

    /** Whether it takes a file at all. The test is skipped when it is not installed. */
    public boolean takes(List<String> arguments) {
        return start(command(), arguments).status() == 0;
    }

    private List<String> command() {
        Optional<List<String>> found =
                commands.stream().filter(command -> serves(command)).findFirst();
        assumeTrue(found.isPresent(), label + " is not installed: apt-get install " + debianPackage);
        return found.orElseThrow();
    }

    private boolean serves(List<String> command) {
        try {
            return start(command, probe).status() == 0;
        } catch (UncheckedIOException notInstalled) {
            return false;
        }
    }

    private record Ending(int status, String output, String complaint) {
        String success(String label) {
            assertThat(status)
                    .as("what %s ended with, saying: %s", label, complaint)
                    .isZero();
            return output;
        }
    }

    private static Ending start(List<String> command, List<String> arguments) {
        List<String> words = new ArrayList<>(command);
        words.addAll(arguments);
        try {
            // A pipe that nobody empties would stop a program that complains much.
            Path complaint = Files.createTempFile("reader", ".err");
            try {
                Process process = new ProcessBuilder(words)
                        .redirectError(complaint.toFile())
                        .start();
                process.getOutputStream().close();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Ending(process.waitFor(), output, Files.readString(complaint, StandardCharsets.ISO_8859_1));
            } finally {
                Files.delete(complaint);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + words.getFirst() + " ran", interrupted);
        }
    }
}
