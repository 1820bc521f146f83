package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.output.DamageReport;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.TerminalText;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.ProcessId;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.EnvironmentVariable;
import io.memflow.core.os.OperatingSystem;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** Lists a process' environment. */
public final class EnvCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "env",
            "List the environment of one process.",
            List.of("[OPTIONS] PID TARGET", "[OPTIONS] PID -c CONNECTOR [-o OS]"),
            OutputChoice.COMMON,
            List.of(),
            List.of("memflow env 1 memory.raw", "memflow env --json 1 qemu:vm1"));

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
            List<EnvironmentVariable> variables = pid.in(system).environment();
            writer.write(out -> print(variables, out), json -> write(pid, variables, json));
            return writer.finish(new DamageReport(), system.physicalMemory());
        }
    }

    private static void print(List<EnvironmentVariable> variables, Writer out) throws IOException {
        for (EnvironmentVariable variable : variables) {
            out.append(TerminalText.neutral(variable.name()))
                    .append('=')
                    .append(TerminalText.neutral(variable.value()))
                    .append('\n');
        }
    }

    private static void write(ProcessId pid, List<EnvironmentVariable> variables, JsonLines json) {
        for (EnvironmentVariable variable : variables) {
            json.begin()
                    .number("pid", pid.pid())
                    .text("name", variable.name())
                    .text("value", variable.value())
                    .end();
        }
    }
}
