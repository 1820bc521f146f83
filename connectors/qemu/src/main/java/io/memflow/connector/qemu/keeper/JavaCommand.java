package io.memflow.connector.qemu.keeper;

import io.memflow.core.error.MemflowException;
import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** How to start another Java virtual machine with the same classes. Stateless. */
final class JavaCommand {
    /** One class of each library that keepers need. */
    private static final List<Class<?>> NEEDED = List.of(JavaCommand.class, MemflowException.class, JsonParser.class);

    private JavaCommand() {}

    /** The words of the command, up to the main class. */
    static List<String> words(Class<?> main, List<String> options) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(options);
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> needed : NEEDED) {
            String place = place(needed);
            if (place == null) {
                // Linked into the runtime image itself, where modules are found by name.
                words.addAll(List.of("-m", main.getModule().getName() + "/" + main.getName()));
                return words;
            }
            places.add(place);
        }
        // The class path in place of modules: the search for services through the whole path would take longer than the
        // rest of the start.
        words.addAll(List.of("-cp", String.join(File.pathSeparator, places), main.getName()));
        return words;
    }

    private static @Nullable String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null || !location.getProtocol().equals("file")) {
            return null;
        }
        try {
            return Path.of(location.toURI()).toString();
        } catch (URISyntaxException notAFile) {
            return location.getPath();
        }
    }
}
