package io.memflow.cli;

import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.Session;
import io.memflow.core.plugin.Inventory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the launcher runs once after a build, with the JVM recording: loads what the program consists of and goes through
 * its start-up, so that later runs find their classes parsed and linked (JEP 483).
 */
public final class Training {
    private static final String CLASS = ".class";
    private static final int IMAGE_BYTES = 1 << 20;

    private Training() {}

    public static void main(String[] words) throws IOException {
        for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
            if (module.name().startsWith("io.memflow.")) {
                loadAll(module.reference());
            }
        }
        Path image = Files.createTempFile("memflow-training-", ".raw");
        try {
            Files.write(image, new byte[IMAGE_BYTES]);
            for (List<String> line : lines(image.toString())) {
                var _ = new Program(session()).run(line.toArray(String[]::new));
            }
        } finally {
            Files.delete(image);
        }
    }

    private static List<List<String>> lines(String image) {
        return List.of(
                List.of("--help"),
                List.of("ps", "--help"),
                List.of("--version"),
                List.of("ps", image),
                List.of("read", "phys", "0", "256", image),
                List.of("read", "--json", "phys", "0", "256", image));
    }

    private static Session session() {
        return new Session(
                Inventory::load,
                OutputStream.nullOutputStream(),
                new Diagnostics(new PrintStream(OutputStream.nullOutputStream())),
                Session.Terminal.ABSENT,
                Map.of());
    }

    private static void loadAll(ModuleReference module) throws IOException {
        try (ModuleReader reader = module.open();
                Stream<String> names = reader.list()) {
            names.filter(name -> name.endsWith(CLASS) && !name.equals("module-info" + CLASS))
                    .map(name ->
                            name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
                    .forEach(Training::load);
        }
    }

    private static void load(String name) {
        try {
            var _ = Class.forName(name, false, Training.class.getClassLoader());
        } catch (ClassNotFoundException listedButGone) {
            throw new UncheckedIOException(new IOException(listedButGone));
        }
    }
}
