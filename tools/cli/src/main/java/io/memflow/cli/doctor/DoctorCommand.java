package io.memflow.cli.doctor;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.command.Command;
import io.memflow.cli.command.OutputChoice;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetWords;
import java.io.IOException;
import java.util.List;

/** Tells each step from opening a target to its lists, and what to do where one failed. */
public final class DoctorCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "doctor",
            "Tell every step from opening the target to its lists, and what to do where one failed.",
            List.of("[OPTIONS] TARGET", "[OPTIONS] -c CONNECTOR [-o OS]"),
            OutputChoice.common(),
            List.of(),
            List.of("memflow doctor memory.raw", "memflow doctor --json qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.after(arguments);
        DiagnosisFormat format = new DiagnosisFormat(
                Examination.of(words.source(), session.inventory().get()));
        if (OutputChoice.isJson(arguments)) {
            format.writeLines(session.out());
        } else {
            format.print(session.writer(), OutputChoice.palette(arguments, session));
        }
        return format.status();
    }
}
