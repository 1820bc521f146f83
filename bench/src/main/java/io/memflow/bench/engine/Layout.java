package io.memflow.bench.engine;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.StringJoiner;

/**
 * Where the image's page tables are: for each root its physical address and the virtual range it maps. Kept as lines
 * {@code name=number} that the C reference reads too. Immutable.
 */
final class Layout {
    private final Properties numbers;

    private Layout(Properties numbers) {
        this.numbers = numbers;
    }

    static Layout read(Path file) throws IOException {
        Properties numbers = new Properties();
        try (Reader text = Files.newBufferedReader(file)) {
            numbers.load(text);
        }
        return new Layout(numbers);
    }

    /** Physical address of a root table. */
    long root(Root root) {
        return number(root.key() + ".root");
    }

    /** First virtual address that a root maps. */
    long base(Root root) {
        return number(root.key() + ".base");
    }

    /** Bytes from the first to the last virtual address that a root maps. */
    long span(Root root) {
        return number(root.key() + ".span");
    }

    private long number(String name) {
        return Long.decode(numbers.getProperty(name));
    }

    static String line(Root root, long table, long base, long span) {
        return new StringJoiner("\n", "", "\n")
                .add("%s.root=0x%x".formatted(root.key(), table))
                .add("%s.base=0x%x".formatted(root.key(), base))
                .add("%s.span=0x%x".formatted(root.key(), span))
                .toString();
    }
}
