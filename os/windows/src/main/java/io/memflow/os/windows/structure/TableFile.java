package io.memflow.os.windows.structure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the tables beside this class. Stateless. */
final class TableFile {
    private TableFile() {}

    static List<String> lines(String name) {
        try (InputStream file = TableFile.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("The table " + name + " is not in this module's jar.");
            }
            return List.of(new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("The table " + name + " cannot be read.", unreadable);
        }
    }
}
