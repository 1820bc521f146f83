package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;

/** Prints a script that lets bash complete commands, options and file names. */
public final class CompletionCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "completion",
            "Print a script that lets bash complete memflow's words.",
            List.of(""),
            List.of(OutputChoice.HELP),
            List.of(),
            List.of(". <(memflow completion)"));

    private final List<CommandSyntax> commands;

    /**
     * @param others the commands beside this one
     */
    public CompletionCommand(List<CommandSyntax> others) {
        this.commands = List.copyOf(others);
    }

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        if (!arguments.words().isEmpty()) {
            throw new UsageException("completion takes no words.");
        }
        Writer out = session.writer();
        out.append("_memflow() {\n")
                .append("  local word=${COMP_WORDS[COMP_CWORD]} choices\n")
                .append("  if [ \"$COMP_CWORD\" -eq 1 ]; then\n")
                .append("    choices='" + names() + " --help --version'\n")
                .append("  else\n")
                .append("    case ${COMP_WORDS[1]} in\n");
        for (CommandSyntax command : commands) {
            out.append("      " + command.name() + ") choices='" + options(command) + "' ;;\n");
        }
        out.append("    esac\n")
                .append("  fi\n")
                .append("  case $word in\n")
                .append("    -*) COMPREPLY=($(compgen -W \"$choices\" -- \"$word\")) ;;\n")
                .append("    *) [ \"$COMP_CWORD\" -eq 1 ] && COMPREPLY=($(compgen -W \"$choices\" -- \"$word\")) ;;\n")
                .append("  esac\n")
                .append("}\n")
                .append("complete -o default -F _memflow memflow\n");
        out.flush();
        return ExitStatus.COMPLETE;
    }

    private String names() {
        return commands.stream().map(CommandSyntax::name).collect(Collectors.joining(" ")) + " " + SYNTAX.name();
    }

    private static String options(CommandSyntax command) {
        return command.options().stream()
                .flatMap(option -> option.names().stream())
                .collect(Collectors.joining(" "));
    }
}
