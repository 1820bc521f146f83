package io.memflow.os.windows.process;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line into arguments as {@code CommandLineToArgvW} does (shellapi.h; "Parsing C++ command-line arguments"
 * of Microsoft's documentation). Confined.
 */
final class CommandLine {
    private static final char QUOTE = '"';
    private static final char BACKSLASH = '\\';

    private final String line;
    private int at;

    private CommandLine(String line) {
        this.line = line;
    }

    /** The arguments, the program's own name first; none for an empty line. */
    static List<String> split(String line) {
        return line.isEmpty() ? List.of() : new CommandLine(line).arguments();
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add(program());
        skipBlanks();
        while (at < line.length()) {
            arguments.add(argument());
            skipBlanks();
        }
        return arguments;
    }

    /** The first argument is a path, in which backslashes mean nothing else: it ends at a quote, or at a blank. */
    private String program() {
        boolean quoted = line.charAt(0) == QUOTE;
        int start = quoted ? 1 : 0;
        at = start;
        while (at < line.length() && (quoted ? line.charAt(at) != QUOTE : !isBlank(line.charAt(at)))) {
            at++;
        }
        String path = line.substring(start, at);
        at += quoted && at < line.length() ? 1 : 0;
        return path;
    }

    private String argument() {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        while (at < line.length() && (quoted || !isBlank(line.charAt(at)))) {
            char next = line.charAt(at);
            if (next == BACKSLASH) {
                appendBackslashes(text);
            } else if (next == QUOTE) {
                quoted = isQuotedBehind(quoted, text);
            } else {
                text.append(next);
                at++;
            }
        }
        return text.toString();
    }

    /** Before a quote, two backslashes stand for one, and one that is left over makes the quote a character. */
    private void appendBackslashes(StringBuilder text) {
        int count = run(BACKSLASH);
        boolean beforeQuote = at < line.length() && line.charAt(at) == QUOTE;
        text.repeat(BACKSLASH, beforeQuote ? count / 2 : count);
        if (beforeQuote && count % 2 == 1) {
            text.append(QUOTE);
            at++;
        }
    }

    /** A run of quotes: each third one, the one that opened included, is a character; the others open and close. */
    private boolean isQuotedBehind(boolean quoted, StringBuilder text) {
        int count = run(QUOTE) + (quoted ? 1 : 0);
        text.repeat(QUOTE, count / 3);
        return count % 3 == 1;
    }

    private int run(char character) {
        int start = at;
        while (at < line.length() && line.charAt(at) == character) {
            at++;
        }
        return at - start;
    }

    private void skipBlanks() {
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character == '\t';
    }
}
