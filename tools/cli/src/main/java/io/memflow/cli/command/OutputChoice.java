package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.Option;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.output.Palette;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetWords;
import java.util.List;

/** Options that are common to all commands that look at a target. Stateless. */
public final class OutputChoice {
    /** JSON Lines instead of text. */
    static final Option JSON = Option.flag("Write one JSON object per line.", "--json");
    /** When to use colours. */
    public static final Option COLOUR =
            Option.valued("--color", "WHEN", "Colours: auto (on a terminal, unless NO_COLOR is set), always or never.");
    /** Every command has it. */
    public static final Option HELP = Option.flag("Show this help.", "-h", "--help");

    /** What every such command takes. */
    static final List<Option> COMMON = List.of(
            TargetWords.CONNECTOR, TargetWords.SYSTEM, TargetWords.PAUSED, TargetWords.ONLINE, JSON, COLOUR, HELP);

    private OutputChoice() {}

    /** What every command that looks at a target takes. */
    public static List<Option> common() {
        return COMMON;
    }

    /** Whether JSON Lines were asked for. */
    public static boolean isJson(Arguments arguments) {
        return arguments.has(JSON);
    }

    /**
     * The colours the user wants.
     *
     * @throws UsageException when the option's value is none of those it takes
     */
    public static Palette palette(Arguments arguments, Session session) {
        String choice = arguments.value(COLOUR).orElse("auto");
        return switch (choice) {
            case "auto" -> session.defaultPalette();
            case "always" -> Palette.COLOURED;
            case "never" -> Palette.PLAIN;
            default -> throw new UsageException("--color takes auto, always or never, and not \"" + choice + "\".");
        };
    }
}
