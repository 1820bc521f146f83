package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.address.Address;
import io.memflow.core.os.ModuleInfo;
import java.util.List;

/** Modules of a kernel. */
public final class ModuleFormat implements RowFormat<ModuleInfo> {
    @Override
    public List<Column> columns() {
        return List.of(Column.left("BASE"), Column.right("SIZE"), Column.left("ADDRESS"), Column.left("NAME"));
    }

    @Override
    public List<String> cells(ModuleInfo row) {
        Long base = row.base();
        Long size = row.size();
        return List.of(
                RowFormat.cell(row, base == null ? null : Address.format(base)),
                RowFormat.cell(row, size == null ? null : Units.bytes(size)),
                Address.format(row.address()),
                row.name());
    }

    @Override
    public void write(ModuleInfo row, JsonLines json) {
        json.text("name", row.name())
                .address("base", row.base())
                .size("size", row.size())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(ModuleInfo row) {
        return "module " + row.name();
    }
}
