package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.OperatingSystem;
import java.io.IOException;
import java.util.List;

/** Lists a process' memory regions. */
public final class MapsCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "maps",
            "List the memory regions of one process.",
            List.of("[OPTIONS] PID TARGET", "[OPTIONS] PID -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(),
            List.of("memflow maps 1 memory.raw", "memflow maps --json 1 qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.after(arguments, "PID");
        ResultWriter writer = new ResultWriter(session, arguments);
        ProcessId pid = ProcessId.parse(words.leading().getFirst());
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            return writer.list(pid.in(system).regions(), new RegionFormat(pid.pid()), system.physicalMemory());
        }
    }
}
