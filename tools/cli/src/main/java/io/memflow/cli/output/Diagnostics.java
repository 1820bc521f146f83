package io.memflow.cli.output;

import java.io.PrintStream;

/** What is said beside the output, on standard error: one sentence per line, made safe for a terminal. Thread-safe. */
public final class Diagnostics {
    private static final String PREFIX = "memflow: ";

    private final PrintStream stream;

    public Diagnostics(PrintStream stream) {
        this.stream = stream;
    }

    /** Prints one line, with the program's name before it. */
    public void say(String sentence) {
        stream.print(PREFIX + TerminalText.neutral(sentence) + "\n");
        stream.flush();
    }

    /** Prints text of our own, such as help, as it is. */
    public void print(String text) {
        stream.print(text);
        stream.flush();
    }

    /** Prints where a failure arose, for whoever mends it. */
    public void trace(Throwable failure) {
        failure.printStackTrace(stream);
        stream.flush();
    }
}
