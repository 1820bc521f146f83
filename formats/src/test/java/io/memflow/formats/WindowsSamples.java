package io.memflow.formats;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Files of Windows to compare with: those beside the tests, and those in the folder that {@code -Dwindows.samples=DIR} names,
 * which are not ours to pass on.
 */
public final class WindowsSamples {
    private static final String PROPERTY = "windows.samples";
    private static final long LARGEST = 64 << 20;

    private WindowsSamples() {}

    /** Bytes of a resource beside a class. */
    public static byte[] resource(Class<?> beside, String name) {
        try (InputStream stream = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
            return stream.readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A file in the folder; the test is skipped when it is not there. */
    public static byte[] file(String name) {
        assumeTrue(System.getProperty(PROPERTY) != null, "-D" + PROPERTY + " names no folder of samples");
        Path file = Path.of(System.getProperty(PROPERTY), name);
        assumeTrue(Files.exists(file), file + " is not there");
        return read(file);
    }

    /** The files in the folder that start as wanted; the test is skipped when no folder is named. */
    public static List<Path> files(Predicate<byte[]> wanted) {
        assumeTrue(System.getProperty(PROPERTY) != null, "-D" + PROPERTY + " names no folder of samples");
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(Path.of(System.getProperty(PROPERTY)))) {
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                if (Files.size(file) < LARGEST && wanted.test(start(file))) {
                    found.add(file);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        assumeTrue(!found.isEmpty(), "no such sample is in the folder");
        return found;
    }

    private static byte[] start(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(4096);
        }
    }

    /** All bytes of a file. */
    public static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
