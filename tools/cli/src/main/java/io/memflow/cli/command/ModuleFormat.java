package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.address.Address;
import io.memflow.core.os.ModuleInfo;
import java.util.List;
import java.util.Locale;

/** Modules of a kernel or a process. */
public final class ModuleFormat implements RowFormat<ModuleInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.left("BASE"),
                Column.right("SIZE"),
                Column.left("ADDRESS"),
                Column.left("STATE").whenUsed(),
                Column.left("NAME"),
                Column.left("FILE"));
    }

    @Override
    public List<String> cells(ModuleInfo row) {
        Long base = row.base();
        Long size = row.size();
        return List.of(
                RowFormat.cell(row, base == null ? null : Address.format(base)),
                RowFormat.cell(row, size == null ? null : Units.bytes(size)),
                RowFormat.cell(row, row.address() == null ? null : Address.format(row.address())),
                row.presence() == ModuleInfo.Presence.LOADED ? "-" : state(row),
                row.name(),
                // The kernel does not keep the files of its modules, and a dash on each line would only be noise.
                row.path() == null ? "" : row.path());
    }

    @Override
    public void write(ModuleInfo row, JsonLines json) {
        json.text("name", row.name())
                .text("path", row.path())
                .address("base", row.base())
                .size("size", row.size())
                .address("address", row.address())
                .text("presence", state(row))
                .provenance(row.provenance());
    }

    private static String state(ModuleInfo row) {
        return row.presence().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String subject(ModuleInfo row) {
        return "module " + row.name();
    }
}
