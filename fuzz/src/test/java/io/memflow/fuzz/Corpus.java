package io.memflow.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The inputs kept beside the sources: seeds, and every input that broke a parser once. Stateless. */
final class Corpus {
    /** Builds run in the module's folder. */
    private static final Path ROOT = Path.of("corpus");

    private Corpus() {}

    static Path folder(Parser parser) {
        return ROOT.resolve(parser.label());
    }

    /** The files of one parser, by name. */
    static List<Path> files(Parser parser) {
        try (Stream<Path> files = Files.list(folder(parser))) {
            return files.sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("There is no corpus of " + parser.label() + ".", unreadable);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
