package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.Help;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.core.plugin.ArgumentDescription;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.OsLayer;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists connectors and OS layers with the keys they take in a chain. */
public final class ConnectorsCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "connectors",
            "List connectors and OS layers, and the keys they take in a chain.",
            List.of("[OPTIONS]"),
            List.of(OutputChoice.JSON, OutputChoice.HELP),
            List.of(),
            List.of("memflow connectors", "memflow connectors --json"));

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
        List<ConnectorProvider> connectors = inventory.connectors().stream()
                .sorted(Comparator.comparing(ConnectorProvider::name))
                .toList();
        List<OsLayer> systems = inventory.systems().stream()
                .sorted(Comparator.comparing(OsLayer::name))
                .toList();
        new ResultWriter(session, arguments)
                .write(out -> print(out, connectors, systems), json -> write(json, connectors, systems));
        return ExitStatus.COMPLETE;
    }

    private static void print(Writer out, List<ConnectorProvider> connectors, List<OsLayer> systems)
            throws IOException {
        out.append("Connectors (-c), and the keys of each:\n");
        for (ConnectorProvider connector : connectors) {
            out.append(Help.item(connector.name(), connector.summary()));
            keys(out, connector.arguments());
        }
        out.append("\nKeys of every connector, from the source up delay, metrics, cache:\n");
        keys(out, Inventory.commonArguments());
        out.append("\nOS layers (-o):\n");
        for (OsLayer system : systems) {
            out.append(Help.item(system.name(), system.summary()));
            keys(out, system.arguments());
        }
    }

    private static void write(JsonLines json, List<ConnectorProvider> connectors, List<OsLayer> systems) {
        for (ConnectorProvider connector : connectors) {
            List<ArgumentDescription> keys = new ArrayList<>(connector.arguments());
            keys.addAll(Inventory.commonArguments());
            plugin(json, "connector", connector.name(), connector.summary(), keys);
        }
        for (OsLayer system : systems) {
            plugin(json, "os", system.name(), system.summary(), system.arguments());
        }
    }

    private static void plugin(
            JsonLines json, String kind, String name, String summary, List<ArgumentDescription> keys) {
        json.begin()
                .text("kind", kind)
                .text("name", name)
                .text("summary", summary)
                .beginArray("keys");
        for (ArgumentDescription key : keys) {
            json.begin().text("key", key.key()).text("meaning", key.meaning()).end();
        }
        json.endArray().end();
    }

    private static void keys(Writer out, List<ArgumentDescription> keys) throws IOException {
        for (ArgumentDescription key : keys) {
            out.append(Help.item("  " + key.key(), key.meaning()));
        }
    }
}
