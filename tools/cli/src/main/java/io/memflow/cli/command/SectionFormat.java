package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.address.Address;
import io.memflow.core.os.SectionInfo;
import java.util.List;
import java.util.Locale;

/** The pieces of a module. */
public final class SectionFormat implements RowFormat<SectionInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("BASE"),
                Column.right("SIZE"),
                Column.left("PERMS"),
                Column.left("KIND"),
                Column.left("NAME"));
    }

    @Override
    public List<String> cells(SectionInfo row) {
        Long base = row.base();
        Long size = row.size();
        return List.of(
                base == null ? "-" : Address.format(base),
                size == null ? "-" : Units.bytes(size),
                row.permissions() == null ? "-" : row.permissions(),
                row.kind().name().toLowerCase(Locale.ROOT),
                row.name());
    }

    @Override
    public void write(SectionInfo row, JsonLines json) {
        json.text("name", row.name())
                .text("kind", row.kind().name().toLowerCase(Locale.ROOT))
                .address("base", row.base())
                .size("size", row.size())
                .text("perms", row.permissions())
                .provenance(row.provenance());
    }

    @Override
    public String subject(SectionInfo row) {
        return "section " + row.name();
    }
}
