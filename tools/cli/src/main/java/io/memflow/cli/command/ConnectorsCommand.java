package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.Help;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.OsProvider;
import java.io.IOException;
import java.io.Writer;
import java.util.Comparator;
import java.util.List;

/** Lists connectors and OS layers with the keys they take in a chain. */
public final class ConnectorsCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "connectors",
            "List connectors and OS layers, and the keys they take in a chain.",
            List.of(""),
            List.of(OutputChoice.HELP),
            List.of(),
            List.of("memflow connectors"));

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        if (!arguments.words().isEmpty()) {
            throw new UsageException("connectors takes no words.");
        }
        Inventory inventory = session.inventory().get();
        Writer out = session.writer();
        out.append("Connectors (-c), and the keys of each:\n");
        for (ConnectorProvider connector : inventory.connectors().stream()
                .sorted(Comparator.comparing(ConnectorProvider::name))
                .toList()) {
            out.append(Help.item(connector.name(), connector.summary()));
            keys(out, connector.arguments());
        }
        out.append("\nKeys of every connector, from the source up delay, metrics, cache:\n");
        keys(out, Inventory.commonArguments());
        out.append("\nOS layers (-o):\n");
        for (OsProvider system : inventory.systems().stream()
                .sorted(Comparator.comparing(OsProvider::name))
                .toList()) {
            out.append(Help.item(system.name(), system.summary()));
            keys(out, system.arguments());
        }
        out.flush();
        return ExitStatus.COMPLETE;
    }

    private static void keys(Writer out, List<ArgumentDescription> keys) throws IOException {
        for (ArgumentDescription key : keys) {
            out.append(Help.item("  " + key.key(), key.meaning()));
        }
    }
}
