package io.memflow.cli.session;

import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.output.Palette;
import io.memflow.core.plugin.Inventory;
import java.io.BufferedWriter;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What one run of the program works with. Everything that is taken from the process around it is here, so that a test can
 * give its own.
 *
 * @param inventory loads the plugins; only called by commands that look at a target
 * @param out standard output, not buffered
 * @param diagnostics standard error
 * @param terminal whether a person watches standard output
 * @param environment the environment variables
 */
public record Session(
        Supplier<Inventory> inventory,
        OutputStream out,
        Diagnostics diagnostics,
        Terminal terminal,
        Map<String, String> environment) {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Whether standard output is a terminal. */
    public enum Terminal {
        PRESENT,
        ABSENT
    }

    /** A buffered writer of UTF-8 to standard output; the caller flushes it. */
    public Writer writer() {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), BUFFER_BYTES);
    }

    /** Colours on a terminal, unless NO_COLOR (no-color.org) is set to anything. */
    public Palette defaultPalette() {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return terminal == Terminal.PRESENT && !refused ? Palette.COLOURED : Palette.PLAIN;
    }
}
