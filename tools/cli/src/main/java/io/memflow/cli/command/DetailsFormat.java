package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.ProcessDetails;
import io.memflow.core.os.ProcessDetails.Capabilities;
import io.memflow.core.os.ProcessDetails.Privilege;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Namespaces, control groups, capabilities, tokens, sessions and exit codes of processes. */
public final class DetailsFormat implements RowFormat<ProcessDetails> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("PID"),
                Column.left("PIDS INSIDE"),
                Column.left("NAME"),
                Column.right("MNT").whenUsed(),
                Column.right("NET").whenUsed(),
                Column.right("USER").whenUsed(),
                Column.left("EFFECTIVE").whenUsed(),
                Column.right("SESSION").whenUsed(),
                Column.left("PROTECTION").whenUsed(),
                Column.left("MACHINE").whenUsed(),
                Column.right("EXIT"),
                Column.left("SID").whenUsed(),
                Column.left("CONTROL GROUP").whenUsed());
    }

    @Override
    public List<String> cells(ProcessDetails row) {
        Capabilities can = row.capabilities();
        String inside = row.pids().stream().skip(1).map(String::valueOf).collect(Collectors.joining(" "));
        String groups = row.controlGroups().stream().map(group -> group.path()).collect(Collectors.joining(" "));
        return List.of(
                Integer.toString(row.pid()),
                inside.isEmpty() ? "-" : inside,
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, row.namespaces().get("mnt")),
                RowFormat.cell(row, row.namespaces().get("net")),
                RowFormat.cell(row, row.namespaces().get("user")),
                RowFormat.cell(row, can == null ? null : set(can.effective())),
                orDash(row.session()),
                orDash(row.protection()),
                orDash(row.machine()),
                RowFormat.cell(row, row.exitCode()),
                orDash(user(row)),
                groups.isEmpty() ? "-" : groups);
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
                .text(
                        "exit_time",
                        row.exitTime() == null ? null : row.exitTime().toString())
                .number("session", row.session())
                .text("user", user(row))
                .texts("privileges", privileges(row, Privilege.Use.ENABLED))
                .texts("disabled_privileges", privileges(row, Privilege.Use.DISABLED))
                .text("protection", row.protection())
                .text("machine", row.machine())
                .address("user_dtb", row.userDtb())
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

    /** What only some systems have is not what a damaged row of another lacks. */
    private static String orDash(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    private static @Nullable String user(ProcessDetails row) {
        return row.token() == null ? null : row.token().user();
    }

    private static List<String> privileges(ProcessDetails row, Privilege.Use use) {
        return row.token() == null
                ? List.of()
                : row.token().privileges().stream()
                        .filter(one -> one.use() == use)
                        .map(Privilege::name)
                        .toList();
    }

    private static String set(long bits) {
        return "%016x".formatted(bits);
    }
}
