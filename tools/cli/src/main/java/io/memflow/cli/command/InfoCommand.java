package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.DiscoveryStep;
import io.memflow.core.os.MissingPart;
import io.memflow.core.os.OperatingSystem;
import java.io.IOException;
import java.util.List;

/** Tells what was found on a target, how sure each step is and how long it took. */
public final class InfoCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "info",
            "Tell what runs on the target, how it was found, and how sure each step is.",
            List.of("[OPTIONS] TARGET", "[OPTIONS] -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(),
            List.of("memflow info memory.raw", "memflow info --json qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.after(arguments);
        ResultWriter writer = new ResultWriter(session, arguments);
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            SystemFormat format = new SystemFormat(system);
            writer.write(out -> format.print(out, writer.palette()), format::write);
            return writer.finish(damage(system), system.physicalMemory());
        }
    }

    private static DamageReport damage(OperatingSystem system) {
        DamageReport damage = new DamageReport();
        for (DiscoveryStep step : system.discovery()) {
            if (step.confidence() == DiscoveryStep.Confidence.MISSING) {
                damage.missing(new MissingPart(step.name(), step.finding()));
            }
        }
        return damage;
    }
}
