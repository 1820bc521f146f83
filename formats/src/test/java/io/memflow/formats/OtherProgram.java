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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Programs that are not ours and read or make what we read. A test that wants one is skipped where it is not installed; a program
 * that is there and fails, fails the test.
 */
public enum OtherProgram {
    /** Reads PE images; a module of Python. */
    PEFILE("pefile", "python3-pefile"),
    /** Reads and writes registry hives; a module of Python. */
    HIVEX("hivex", "python3-hivex"),
    /** Reads program databases. */
    LLVM_PDBUTIL("llvm-pdbutil", "llvm"),
    /** Reads minidumps. */
    LLDB("lldb", "lldb"),
    /** Makes PE images of x86-64. */
    MINGW_X86_64("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64"),
    /** Makes PE images of x86. */
    MINGW_I686("i686-w64-mingw32-gcc", "gcc-mingw-w64-i686");

    /** LLVM of Debian 12; its programs have a name without number only with the package that points to the usual version. */
    private static final int OLDEST_LLVM = 14;

    private static final int NEWEST_LLVM = 24;

    private final String label;
    private final String debianPackage;

    OtherProgram(String label, String debianPackage) {
        this.label = label;
        this.debianPackage = debianPackage;
    }

    /** The names it may have here; Debian's modules are those of its own Python, wherever another one stands before it. */
    private List<String> names() {
        return switch (this) {
            case PEFILE, HIVEX -> List.of("/usr/bin/python3", "python3");
            case LLVM_PDBUTIL, LLDB ->
                Stream.concat(
                                Stream.of(label),
                                IntStream.rangeClosed(OLDEST_LLVM, NEWEST_LLVM)
                                        .mapToObj(version -> label + "-" + version))
                        .toList();
            case MINGW_X86_64, MINGW_I686 -> List.of(label);
        };
    }

    /** Arguments with which it succeeds where it serves. */
    private List<String> probe() {
        return switch (this) {
            case PEFILE, HIVEX -> List.of("-c", "import " + label);
            case LLVM_PDBUTIL, LLDB, MINGW_X86_64, MINGW_I686 -> List.of("--version");
        };
    }

    /** What it prints when it is called so. The test is skipped when it is not installed, and fails when it fails. */
    public String run(List<String> arguments) {
        return start(command(), arguments).success(label);
    }

    /** Whether it takes a file at all. The test is skipped when it is not installed. */
    public boolean takes(List<String> arguments) {
        return start(command(), arguments).status() == 0;
    }

    private String command() {
        Optional<String> found = names().stream().filter(this::serves).findFirst();
        assumeTrue(found.isPresent(), label + " is not installed: apt-get install " + debianPackage);
        return found.orElseThrow();
    }

    private boolean serves(String command) {
        try {
            return start(command, probe()).status() == 0;
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

    private static Ending start(String command, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(command));
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
            throw new IllegalStateException("interrupted while " + command + " ran", interrupted);
        }
    }
}
