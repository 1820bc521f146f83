package io.memflow.cli;

import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.Session;
import io.memflow.core.plugin.Inventory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Starts the program on the streams and surroundings of its process. */
public final class Main {
    /** System property, set to true by the launcher when standard output is a terminal. */
    private static final String STDOUT_IS_TERMINAL = "memflow.stdout.terminal";

    private Main() {}

    public static void main(String[] words) {
        // System.out would swallow errors of writing, such as a full disk.
        System.exit(run(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), terminal(), words));
    }

    /**
     * Carries out one command line in this JVM.
     *
     * @param out standard output
     * @param err standard error
     * @return the exit status
     */
    public static int run(OutputStream out, OutputStream err, String... words) {
        return run(out, err, Session.Terminal.ABSENT, words);
    }

    private static int run(OutputStream out, OutputStream err, Session.Terminal terminal, String... words) {
        Session session = new Session(
                Inventory::load,
                out,
                // System.err would turn what the locale does not know into question marks.
                new Diagnostics(new PrintStream(err, false, StandardCharsets.UTF_8)),
                terminal,
                System.getenv());
        return new Program(session).run(words).code();
    }

    /** The launcher asks the system; the JDK can only tell about input and output together. */
    private static Session.Terminal terminal() {
        return Boolean.getBoolean(STDOUT_IS_TERMINAL) ? Session.Terminal.PRESENT : Session.Terminal.ABSENT;
    }
}
