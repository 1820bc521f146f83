package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.ThreadInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Lists threads. */
public final class ThreadsCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "threads",
            "List the threads of one process, or of all.",
            List.of("[OPTIONS] [PID] TARGET", "[OPTIONS] [PID] -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(),
            List.of("memflow threads memory.raw", "memflow threads 1 qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.afterOptional(arguments, "PID");
        ResultWriter writer = new ResultWriter(session, arguments);
        Optional<ProcessId> pid = words.leading().stream().map(ProcessId::parse).findFirst();
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            Listing<ThreadInfo> threads = pid.map(id -> id.in(system).threads()).orElseGet(system::threads);
            return writer.list(threads, new ThreadFormat(), system.physicalMemory());
        }
    }
}
