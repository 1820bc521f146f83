package io.memflow.cli;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.Help;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.command.Command;
import io.memflow.cli.command.CompletionCommand;
import io.memflow.cli.command.ConnectorsCommand;
import io.memflow.cli.command.EnvCommand;
import io.memflow.cli.command.InfoCommand;
import io.memflow.cli.command.ListCommands;
import io.memflow.cli.command.MinidumpCommand;
import io.memflow.cli.command.PagesCommand;
import io.memflow.cli.command.ReadCommand;
import io.memflow.cli.command.RegistersCommand;
import io.memflow.cli.command.StructCommand;
import io.memflow.cli.command.SymbolsCommand;
import io.memflow.cli.command.TargetsCommand;
import io.memflow.cli.demo.DemoCommand;
import io.memflow.cli.doctor.DoctorCommand;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Failure;
import io.memflow.cli.session.Session;
import java.io.IOException;
import java.io.Writer;
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run of the program: finds the command that is called, carries it out, tells failures. Confined. */
final class Program {
    private static final List<String> HELP = List.of("-h", "--help", "help");
    private static final List<String> VERSION = List.of("-V", "--version");

    private final Session session;
    private final List<Command> commands;

    Program(Session session) {
        this.session = session;
        List<Command> all = new ArrayList<>(ListCommands.all());
        all.addAll(List.of(
                new EnvCommand(),
                new PagesCommand(),
                new ReadCommand(),
                new MinidumpCommand(),
                new SymbolsCommand(),
                new StructCommand(),
                new RegistersCommand(),
                new InfoCommand(),
                new DoctorCommand(),
                new TargetsCommand(),
                new ConnectorsCommand(),
                new DemoCommand()));
        all.add(new CompletionCommand(syntaxes(all)));
        this.commands = List.copyOf(all);
    }

    /** Carries out one command line. */
    ExitStatus run(String... words) {
        try {
            return dispatch(List.of(words));
        } catch (UsageException wrong) {
            String command = words.length > 0 && find(words[0]).isPresent() ? " " + words[0] : "";
            session.diagnostics().say(wrong.getMessage() + " Try: memflow" + command + " --help");
            return ExitStatus.USAGE;
        } catch (IOException | RuntimeException | Error failure) {
            return Failure.report(failure, session);
        }
    }

    private ExitStatus dispatch(List<String> words) throws IOException {
        if (words.isEmpty()) {
            session.diagnostics().print(overview());
            return ExitStatus.USAGE;
        }
        String first = words.getFirst();
        if (HELP.contains(first)) {
            Optional<Command> subject = words.size() > 1 ? find(words.get(1)) : Optional.empty();
            return print(subject.map(command -> Help.of(command.syntax())).orElseGet(this::overview));
        }
        if (VERSION.contains(first)) {
            return print("memflow " + version() + ", Java " + Runtime.version() + "\n");
        }
        Command command = find(first)
                .orElseThrow(() -> new UsageException(
                        first.startsWith("-")
                                ? "The command comes first, and " + first + " is none."
                                : "There is no command \"" + first + "\"."));
        Arguments arguments = Arguments.parse(command.syntax(), words.subList(1, words.size()));
        boolean help = arguments.given().stream()
                .anyMatch(given -> given.option().names().contains("--help"));
        return help ? print(Help.of(command.syntax())) : command.run(arguments, session);
    }

    private Optional<Command> find(String name) {
        return commands.stream()
                .filter(command -> command.syntax().name().equals(name))
                .findFirst();
    }

    private ExitStatus print(String text) throws IOException {
        Writer out = session.writer();
        out.append(text);
        out.flush();
        return ExitStatus.COMPLETE;
    }

    private String overview() {
        return """
                memflow looks into the memory of machines, running or stored: processes,
                threads, modules, memory regions, symbols.

                Usage:
                  memflow COMMAND [OPTIONS] ... TARGET

                Commands:
                """ + Help.list(syntaxes(commands)) + """

                Help on one of them: memflow COMMAND --help. The version: memflow --version.

                A TARGET is an image file, or qemu:NAME_OR_PID for a running virtual machine,
                or in full a chain, such as -c dump:memory.raw:base=0x40000000 -o linux.

                Exit status: 0 complete; 1 failed; 2 wrong command line; 3 complete but for
                parts that could not be read, which are named on standard error.
                """;
    }

    private static List<CommandSyntax> syntaxes(List<Command> commands) {
        return commands.stream().map(Command::syntax).toList();
    }

    private static String version() {
        return Optional.ofNullable(Program.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("(version unknown)");
    }
}
