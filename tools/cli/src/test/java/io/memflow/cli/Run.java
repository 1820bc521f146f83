package io.memflow.cli;

import io.memflow.cli.fake.FakeTarget;
import io.memflow.cli.output.Diagnostics;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of the program in this JVM, and what it gave.
 *
 * @param raw standard output as bytes, unsigned
 * @param out the same as text
 * @param err standard error
 */
record Run(ExitStatus status, List<Integer> raw, String out, String err) {
    static Run of(FakeTarget target, String... words) {
        return in(Session.Terminal.ABSENT, Map.of(), target, words);
    }

    static Run in(Session.Terminal terminal, Map<String, String> environment, FakeTarget target, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Run run = into(out, terminal, environment, target, words);
        List<Integer> raw = new ArrayList<>();
        for (byte octet : out.toByteArray()) {
            raw.add(Byte.toUnsignedInt(octet));
        }
        return new Run(run.status, raw, out.toString(StandardCharsets.UTF_8), run.err);
    }

    /** A run whose output goes elsewhere. */
    static Run into(
            OutputStream out,
            Session.Terminal terminal,
            Map<String, String> environment,
            FakeTarget target,
            String... words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Diagnostics diagnostics = new Diagnostics(new PrintStream(err, true, StandardCharsets.UTF_8));
        Session session = new Session(target::inventory, out, diagnostics, terminal, environment);
        ExitStatus status = new Program(session).run(words);
        return new Run(status, List.of(), "", err.toString(StandardCharsets.UTF_8));
    }
}
