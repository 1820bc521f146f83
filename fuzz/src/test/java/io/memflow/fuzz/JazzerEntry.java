package io.memflow.fuzz;

import org.jspecify.annotations.Nullable;

/** What Jazzer calls: once with the parser's name, then with each input. */
public final class JazzerEntry {
    private static @Nullable Guard guard;

    private JazzerEntry() {}

    /** Takes the parser's name from {@code --target_args}. */
    public static void fuzzerInitialize(String[] arguments) {
        guard = new Guard(Parser.named(arguments[0]));
    }

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (guard == null) {
            throw new IllegalStateException("No parser was named: give --target_args=NAME.");
        }
        guard.check(input);
    }
}
