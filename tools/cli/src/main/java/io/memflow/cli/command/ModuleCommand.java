package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.error.ErrorKind;
import io.memflow.core.error.ErrorOrigin;
import io.memflow.core.error.MemflowException;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.Row;
import io.memflow.core.os.TargetModule;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lists one kind of row of one module: of a process, or of the kernel when no process is named. Stateless.
 *
 * @param <T> the kind of row
 */
final class ModuleCommand<T extends Row> implements Command {
    private static final String WORDS = "[OPTIONS] [PID] MODULE";

    private final CommandSyntax syntax;
    private final Function<TargetModule, Listing<T>> list;
    private final RowFormat<T> format;

    ModuleCommand(
            String name,
            String summary,
            Function<TargetModule, Listing<T>> list,
            RowFormat<T> format,
            String... examples) {
        syntax = new CommandSyntax(
                name,
                summary,
                List.of(WORDS + " TARGET", WORDS + " -c CONNECTOR [-o OS]"),
                OutputChoice.COMMON,
                List.of(
                        "MODULE is the name, the path or the first address (0x...) of a module of the",
                        "process, or without a PID of the kernel; a Linux kernel itself is vmlinux."),
                List.of(examples));
        this.list = list;
        this.format = format;
    }

    @Override
    public CommandSyntax syntax() {
        return syntax;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.afterOptionalFirst(arguments, "PID", "MODULE");
        ResultWriter writer = new ResultWriter(session, arguments);
        String name = words.leading().getLast();
        boolean ofProcess = words.leading().size() > 1;
        Optional<ProcessId> pid =
                ofProcess ? Optional.of(ProcessId.parse(words.leading().getFirst())) : Optional.empty();
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            Optional<TargetModule> module =
                    pid.isPresent() ? pid.get().in(system).module(name) : system.module(name);
            Listing<T> rows = list.apply(module.orElseThrow(() -> absent(name, pid)));
            return writer.list(rows, format, system.physicalMemory());
        }
    }

    private static MemflowException absent(String name, Optional<ProcessId> pid) {
        String owner = pid.map(id -> "Process " + id.pid()).orElse("The kernel");
        String verb = pid.map(id -> "memflow modules " + id.pid()).orElse("memflow modules");
        return new MemflowException(
                ErrorOrigin.OS_LAYER,
                ErrorKind.MODULE_NOT_FOUND,
                owner + " has no module \"" + name + "\"; " + verb + " lists those it has.");
    }
}
