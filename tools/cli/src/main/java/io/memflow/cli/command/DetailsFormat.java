package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessDetails.Capabilities;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Namespaces, control groups, capabilities and exit codes of processes. */
public final class DetailsFormat implements RowFormat<ProcessDetails> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("PID"),
                Column.left("PIDS INSIDE"),
                Column.left("NAME"),
                Column.right("MNT"),
                Column.right("NET"),
                Column.right("USER"),
                Column.left("EFFECTIVE"),
                Column.right("EXIT"),
                Column.left("CONTROL GROUP"));
    }

    @Override
    public List<String> cells(ProcessDetails row) {
        Capabilities can = row.capabilities();
        String inside = row.pids().stream().skip(1).map(String::valueOf).collect(Collectors.joining(" "));
        return List.of(
                Integer.toString(row.pid()),
                inside.isEmpty() ? "-" : inside,
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, row.namespaces().get("mnt")),
                RowFormat.cell(row, row.namespaces().get("net")),
                RowFormat.cell(row, row.namespaces().get("user")),
                RowFormat.cell(row, can == null ? null : set(can.effective())),
                RowFormat.cell(row, row.exitCode()),
                row.controlGroups().stream().map(group -> group.path()).collect(Collectors.joining(" ")));
    }

    @Override
    public void write(ProcessDetails row, JsonLines json) {
        Capabilities can = row.capabilities();
        json.number("pid", row.pid())
                .text("name", row.name())
                .text("kind", row.kind().name().toLowerCase(Locale.ROOT))
                .numbers("pids", row.pids());
        new TreeMap<>(row.namespaces()).forEach((kind, number) -> json.number(kind + "_namespace", number));
        json.text("inheritable", can == null ? null : set(can.inheritable()))
                .text("permitted", can == null ? null : set(can.permitted()))
                .text("effective", can == null ? null : set(can.effective()))
                .text("bounding", can == null ? null : set(can.bounding()))
                .text("ambient", can == null ? null : set(can.ambient()))
                .number("exit_code", row.exitCode())
                .beginArray("control_groups");
        for (ProcessDetails.ControlGroup group : row.controlGroups()) {
            json.begin()
                    .number("hierarchy", group.hierarchy())
                    .text("name", group.name().isEmpty() ? null : group.name())
                    .text("path", group.path())
                    .end();
        }
        json.endArray().provenance(row.provenance());
    }

    @Override
    public String subject(ProcessDetails row) {
        return "process " + row.pid();
    }

    private static String set(long bits) {
        return "%016x".formatted(bits);
    }
}
