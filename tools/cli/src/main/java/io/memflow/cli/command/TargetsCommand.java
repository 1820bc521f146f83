package io.memflow.cli.command;

import io.memflow.cli.arguments.Arguments;
import io.memflow.cli.arguments.CommandSyntax;
import io.memflow.cli.arguments.UsageException;
import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.cli.output.Units;
import io.memflow.cli.session.ExitStatus;
import io.memflow.cli.session.Session;
import io.memflow.core.plugin.AvailableTarget;
import io.memflow.core.plugin.ConnectorProvider;
import io.memflow.core.plugin.Inventory;
import io.memflow.core.plugin.LocalOsProvider;
import io.memflow.core.plugin.OsLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists what runs on this machine and could be looked into. */
public final class TargetsCommand implements Command {
    private static final CommandSyntax SYNTAX = new CommandSyntax(
            "targets",
            "List running machines that could be looked into now, and this one.",
            List.of("[OPTIONS]"),
            List.of(OutputChoice.JSON, OutputChoice.COLOUR, OutputChoice.HELP),
            List.of(
                    "Shown is what this user can see: as root, machines of other users too. The",
                    "first column is what to give the other commands as TARGET."),
            List.of("memflow targets", "memflow targets --json"));

    private enum Kind {
        CONNECTOR,
        OS
    }

    private record Found(Kind kind, String plugin, AvailableTarget target) {
        String words() {
            return target.target().isEmpty() ? plugin : plugin + ":" + target.target();
        }
    }

    @Override
    public CommandSyntax syntax() {
        return SYNTAX;
    }

    @Override
    public ExitStatus run(Arguments arguments, Session session) throws IOException {
        if (!arguments.words().isEmpty()) {
            throw new UsageException("targets takes no words.");
        }
        ResultWriter writer = new ResultWriter(session, arguments);
        List<Found> found = new ArrayList<>();
        Inventory inventory = session.inventory().get();
        for (ConnectorProvider connector : inventory.connectors().stream()
                .sorted(Comparator.comparing(ConnectorProvider::name))
                .toList()) {
            connector.targets().forEach(target -> found.add(new Found(Kind.CONNECTOR, connector.name(), target)));
        }
        for (OsLayer system : inventory.systems()) {
            if (system instanceof LocalOsProvider local) {
                local.targets().forEach(target -> found.add(new Found(Kind.OS, local.name(), target)));
            }
        }
        writer.write(out -> table(found).print(out, writer.palette()), json -> found.forEach(one -> write(one, json)));
        return ExitStatus.COMPLETE;
    }

    private static Table table(List<Found> found) {
        Table table = new Table(List.of(
                Column.left("TARGET"),
                Column.left("NAME"),
                Column.right("MEMORY"),
                Column.left("KIND"),
                Column.left("REACHED BY")));
        for (Found one : found) {
            String name = one.target.name();
            Long bytes = one.target.memoryBytes();
            table.add(
                    List.of(
                            one.words(),
                            name == null ? "-" : name,
                            bytes == null ? "-" : Units.bytes(bytes),
                            one.target.kind(),
                            one.target.reach()),
                    Palette.Emphasis.NONE);
        }
        return table;
    }

    private static void write(Found one, JsonLines json) {
        json.begin()
                .text("target", one.words())
                .text("connector", one.kind == Kind.CONNECTOR ? one.plugin : null)
                .text("os", one.kind == Kind.OS ? one.plugin : null)
                .text("name", one.target.name())
                .size("memory_bytes", one.target.memoryBytes())
                .text("kind", one.target.kind())
                .text("reach", one.target.reach())
                .end();
    }
}
