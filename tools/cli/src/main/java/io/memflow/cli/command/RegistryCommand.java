package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.Option;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.cli.target.TargetWords;
import io.memflow.core.os.OperatingSystem;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Lists hives of the Windows registry, the keys below a key, or its values. Stateless. */
public final class RegistryCommand implements Command {
    private static final Option VALUES =
            Option.flag("Show the values of KEY instead of the keys below it.", "--values");

    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "registry",
            "List hives of the Windows registry, the keys below a key, or its values.",
            List.of("[OPTIONS] [KEY] TARGET", "[OPTIONS] [KEY] -c CONNECTOR [-o OS]"),
            Stream.concat(Stream.of(VALUES), OutputChoice.COMMON.stream()).toList(),
            List.of(
                    "KEY is a path from \\REGISTRY, HKLM, HKU or the name of a hive on, such as",
                    "'HKLM\\SYSTEM\\Select', in any case of letters."),
            List.of(
                    "memflow registry memory.dmp",
                    "memflow registry 'HKLM\\SOFTWARE' memory.dmp",
                    "memflow registry --values --json 'HKLM\\SYSTEM\\Select' qemu:vm1"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        TargetWords words = TargetWords.afterOptional(arguments, "KEY");
        ResultWriter writer = new ResultWriter(session, arguments);
        boolean hasKey = !words.leading().isEmpty();
        if (arguments.has(VALUES) && !hasKey) {
            throw new UsageException("--values needs a KEY whose values are shown.");
        }
        try (OperatingSystem system =
                words.source().openSystem(session.inventory().get())) {
            if (!hasKey) {
                return writer.list(system.registryHives(), new RegistryHiveFormat(), system.physicalMemory());
            }
            String key = words.leading().getFirst();
            return arguments.has(VALUES)
                    ? writer.list(system.registryValues(key), new RegistryValueFormat(), system.physicalMemory())
                    : writer.list(system.registryKeys(key), new RegistryKeyFormat(), system.physicalMemory());
        }
    }
}
