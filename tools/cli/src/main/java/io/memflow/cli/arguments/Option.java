package io.memflow.cli.arguments;

import java.util.List;
import java.util.Optional;

/**
 * One option of a command. Immutable.
 *
 * @param names as written, dashes included; any of them means the option
 * @param value what help calls its value; empty for an option without one
 * @param times how often it may be given
 * @param description one sentence for help
 */
public record Option(List<String> names, Optional<String> value, Times times, String description) {
    /** How often an option may be given. */
    public enum Times {
        ONCE,
        REPEATEDLY
    }

    public Option {
        names = List.copyOf(names);
    }

    public static Option flag(String description, String... names) {
        return new Option(List.of(names), Optional.empty(), Times.ONCE, description);
    }

    public static Option valued(String name, String value, String description) {
        return new Option(List.of(name), Optional.of(value), Times.ONCE, description);
    }

    public static Option repeated(String name, String value, String description) {
        return new Option(List.of(name), Optional.of(value), Times.REPEATEDLY, description);
    }

    /** As help shows it, such as {@code --color WHEN}. */
    String label() {
        return String.join(", ", names) + value.map(shown -> " " + shown).orElse("");
    }
}
