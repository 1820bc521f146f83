package io.memflow.cli.arguments;

import java.util.List;

/** Help made from what commands take. Stateless. */
public final class Help {
    private static final String PROGRAM = "memflow ";
    /** Where descriptions start; wide enough for {@code -c CONNECTOR}. */
    private static final int DESCRIPTION_COLUMN = 18;

    private static final int WIDTH = 80;

    private Help() {}

    /** Help on one command. */
    public static String of(CommandSyntax command) {
        StringBuilder text = new StringBuilder(command.summary()).append("\n\nUsage:\n");
        for (String form : command.forms()) {
            line(text, PROGRAM + command.name() + " " + form);
        }
        text.append("\nOptions:\n");
        for (Option option : command.options()) {
            described(text, option.label(), option.description());
        }
        if (!command.notes().isEmpty()) {
            text.append('\n');
            command.notes().forEach(note -> text.append(note).append('\n'));
        }
        text.append("\nExamples:\n");
        command.examples().forEach(example -> line(text, example));
        return text.toString();
    }

    /** A list of commands, each with its summary. */
    public static String list(List<CommandSyntax> commands) {
        StringBuilder text = new StringBuilder();
        commands.forEach(command -> described(text, command.name(), command.summary()));
        return text.toString();
    }

    /** One label with its description wrapped beside it, as lists of help have them. */
    public static String item(String label, String description) {
        StringBuilder text = new StringBuilder();
        described(text, label, description);
        return text.toString();
    }

    private static void line(StringBuilder text, String content) {
        text.append("  ").append(content).append('\n');
    }

    /** A label, and its description wrapped in the column beside it. */
    private static void described(StringBuilder text, String label, String description) {
        text.append("  ").append(label);
        int column = 2 + label.length();
        if (column >= DESCRIPTION_COLUMN) {
            text.append('\n');
            column = 0;
        }
        text.repeat(' ', DESCRIPTION_COLUMN - column);
        column = DESCRIPTION_COLUMN;
        for (String word : description.split(" ", -1)) {
            if (column + word.length() >= WIDTH) {
                text.append('\n').repeat(' ', DESCRIPTION_COLUMN);
                column = DESCRIPTION_COLUMN;
            }
            text.append(column == DESCRIPTION_COLUMN ? "" : " ").append(word);
            column += word.length() + 1;
        }
        text.append('\n');
    }
}
