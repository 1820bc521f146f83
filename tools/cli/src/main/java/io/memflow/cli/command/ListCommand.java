package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.Listing;
import io.memflow.core.os.OperatingSystem;
import io.memflow.core.os.Row;
import io.memflow.core.os.TargetProcess;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Lists one kind of row: of the whole system, of one process, or of one process or all. Stateless.
 *
 * @param <T> the kind of row
 */
final class ListCommand<T extends Row> implements Command {
    private final CommandSyntax syntax;
    private final Scope scope;
    private final Function<OperatingSystem, Listing<T>> ofSystem;
    private final Function<TargetProcess, Listing<T>> ofProcess;
    private final IntFunction<RowFormat<T>> format;

    /** Whose rows are listed. */
    private enum Scope {
        SYSTEM("[OPTIONS]"),
        PROCESS("[OPTIONS] PID"),
        PROCESS_OR_ALL("[OPTIONS] [PID]");

        private final String words;

        Scope(String words) {
            this.words = words;
        }

        List<String> forms() {
            return List.of(words + " TARGET", words + " -c CONNECTOR [-o OS]");
        }

        TargetWords split(Arguments arguments) {
            return switch (this) {
                case SYSTEM -> TargetWords.after(arguments);
                case PROCESS -> TargetWords.after(arguments, "PID");
                case PROCESS_OR_ALL -> TargetWords.afterOptional(arguments, "PID");
            };
        }
    }

    private ListCommand(
            String name,
            String summary,
            List<String> examples,
            Scope scope,
            Function<OperatingSystem, Listing<T>> ofSystem,
            Function<TargetProcess, Listing<T>> ofProcess,
            IntFunction<RowFormat<T>> format) {
        syntax = new CommandSyntax(name, summary, scope.forms(), OutputChoice.COMMON, List.of(), examples);
        this.scope = scope;
        this.ofSystem = ofSystem;
        this.ofProcess = ofProcess;
        this.format = format;
    }

    /** A list of the whole system. */
    static <T extends Row> ListCommand<T> ofSystem(
            String name,
            String summary,
            Function<OperatingSystem, Listing<T>> list,
            RowFormat<T> format,
            String... examples) {
        return new ListCommand<>(
                name, summary, List.of(examples), Scope.SYSTEM, list, ListCommand::noneOfAProcess, _ -> format);
    }

    /** A list of one process, which the format may name in each row. */
    static <T extends Row> ListCommand<T> ofProcess(
            String name,
            String summary,
            Function<TargetProcess, Listing<T>> list,
            IntFunction<RowFormat<T>> format,
            String... examples) {
        return new ListCommand<>(
                name, summary, List.of(examples), Scope.PROCESS, ListCommand::noneOfTheSystem, list, format);
    }

    /** A list of one process or, when none is named, of all. */
    static <T extends Row> ListCommand<T> ofProcessOrAll(
            String name,
            String summary,
            Function<TargetProcess, Listing<T>> ofOne,
            Function<OperatingSystem, Listing<T>> ofAll,
            RowFormat<T> format,
            String... examples) {
        return new ListCommand<>(name, summary, List.of(examples), Scope.PROCESS_OR_ALL, ofAll, ofOne, _ -> format);
    }

    private static <T extends Row> Listing<T> noneOfAProcess(TargetProcess process) {
        throw new IllegalStateException(
                "a list of the system, asked of process " + process.info().pid());
    }

    private static <T extends Row> Listing<T> noneOfTheSystem(OperatingSystem system) {
        throw new IllegalStateException(
                "a list of a process, asked of " + system.info().name());
    }

    @Override
    public CommandSyntax syntax() {
        return syntax;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = scope.split(arguments);
        ResultWriter writer = new ResultWriter(session, arguments);
        List<ProcessId> ids = words.leading().stream().map(ProcessId::parse).toList();
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            if (ids.isEmpty()) {
                return writer.list(ofSystem.apply(system), format.apply(0), system.physicalMemory());
            }
            ProcessId pid = ids.getFirst();
            Listing<T> rows = ofProcess.apply(pid.in(system));
            return writer.list(rows, format.apply(pid.pid()), system.physicalMemory());
        }
    }
}
