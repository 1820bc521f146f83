package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.OperatingSystem;
import java.io.IOException;
import java.util.List;

/** Lists processes. */
public final class PsCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "ps",
            "List processes.",
            List.of("[OPTIONS] TARGET", "[OPTIONS] -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(),
            List.of(
                    "memflow ps memory.raw",
                    "memflow ps qemu:vm1",
                    "memflow ps --json -c dump:memory.raw:base=0x40000000 -o linux"));

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
            return writer.list(system.processes(), new ProcessFormat(), system.physicalMemory());
        }
    }
}
