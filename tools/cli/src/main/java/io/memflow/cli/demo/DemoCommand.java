package io.memflow.cli.demo;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.command.Command;
import io.memflow.cli.command.OutputChoice;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.TerminalText;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetSource;
import io.memflow.core.os.OperatingSystem;
import io.memflow.guest.DemoGuest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.function.Consumer;

/** Boots a small real guest, looks into it while it runs, and stops it. */
public final class DemoCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "demo",
            "Boot a small real Linux guest and look into it while it runs.",
            List.of("[OPTIONS]"),
            List.of(OutputChoice.COLOUR, OutputChoice.HELP),
            List.of(
                    "What is missing (QEMU, busybox, a Debian kernel) is installed with apt when run as",
                    "root; otherwise it says what to install. The guest is stopped at the end."),
            List.of("memflow demo"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        if (!arguments.words().isEmpty()) {
            throw new UsageException("demo takes no words.");
        }
        Palette palette = OutputChoice.palette(arguments, session);
        Writer out = session.writer();
        Stages stages = new Stages();
        ExitStatus status;
        try (DemoGuest guest = stages.time("boot the guest", () -> DemoGuest.boot(progress(out)))) {
            String target = "qemu:" + guest.guest().pid();
            progress(out).accept("attaching to " + target);
            status = look(guest, target, new Tour(out, palette, stages), session);
        }
        out.append("\nThe guest is stopped.\n\n");
        stages.print(out, palette);
        out.flush();
        return status;
    }

    private static ExitStatus look(DemoGuest guest, String target, Tour tour, Session session) throws IOException {
        TargetSource source = new TargetSource.Friendly(target);
        try (OperatingSystem system =
                tour.find(() -> source.openSystem(session.inventory().get()))) {
            return tour.show(system, guest.planted(), guest.modules(), session.diagnostics());
        }
    }

    private static Consumer<String> progress(Writer out) {
        return step -> {
            try {
                out.append(TerminalText.neutral(step)).append(" ...\n");
                out.flush();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        };
    }
}
