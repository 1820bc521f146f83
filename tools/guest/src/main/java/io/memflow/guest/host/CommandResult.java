package io.memflow.guest.host;

import java.util.Arrays;

/**
 * How a program of this machine ended. Immutable.
 *
 * @param exitCode its exit status; 0 is success
 * @param output what it wrote to standard output
 * @param errors what it wrote to standard error
 */
public record CommandResult(int exitCode, String output, String errors) {
    /** Lines quoted in messages: enough for the tools used here to name their reason. */
    private static final int QUOTED_LINES = 5;

    public boolean succeeded() {
        return exitCode == 0;
    }

    /** The last lines of what it complained about, on one line, for messages. */
    public String complaint() {
        String text = errors.isBlank() ? output : errors;
        String[] lines = text.strip().split("\\R");
        int first = Math.max(0, lines.length - QUOTED_LINES);
        return String.join(" / ", Arrays.asList(lines).subList(first, lines.length));
    }
}
