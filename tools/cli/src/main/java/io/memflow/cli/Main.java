package io.memflow.cli;

import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.Session;
import io.memflow.core.plugin.Inventory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Starts the program on the streams and surroundings of its process. */
public final class Main {
    /** System property, set to true by the launcher when standard output is a terminal. */
    private static final String STDOUT_IS_TERMINAL = "memflow.stdout.terminal";

    private Main() {}

    public static void main(String[] words) {
        Session session = new Session(
                Inventory::load,
                // System.out would swallow errors of writing, such as a full disk.
                new FileOutputStream(FileDescriptor.out),
                // System.err would turn what the locale does not know into question marks.
                new Diagnostics(
                        new PrintStream(new FileOutputStream(FileDescriptor.err), false, StandardCharsets.UTF_8)),
                terminal(),
                System.getenv());
        System.exit(new Program(session).run(words).code());
    }

    /** The launcher asks the system; the JDK can only tell about input and output together. */
    private static Session.Terminal terminal() {
        return Boolean.getBoolean(STDOUT_IS_TERMINAL) ? Session.Terminal.PRESENT : Session.Terminal.ABSENT;
    }
}
