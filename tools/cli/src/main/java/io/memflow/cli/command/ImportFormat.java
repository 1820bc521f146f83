package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.address.Address;
import io.memflow.core.os.ImportInfo;
import io.memflow.core.os.SymbolVersion;
import java.util.List;
import java.util.Locale;

/** What a module takes from others. */
public final class ImportFormat implements RowFormat<ImportInfo> {
    @Override
    public List<Column> columns() {
        return List.of(Column.right("SLOT"), Column.left("BINDING"), Column.left("LIBRARY"), Column.left("NAME"));
    }

    @Override
    public List<String> cells(ImportInfo row) {
        Long slot = row.slot();
        Long ordinal = row.ordinal();
        SymbolVersion version = row.version();
        String name = row.name() == null && ordinal != null ? "#" + ordinal : RowFormat.cell(row, row.name());
        return List.of(
                slot == null ? "-" : Address.format(slot),
                row.binding().name().toLowerCase(Locale.ROOT),
                row.library() == null ? "-" : row.library(),
                version == null ? name : name + version);
    }

    @Override
    public void write(ImportInfo row, JsonLines json) {
        SymbolVersion version = row.version();
        json.text("name", row.name())
                .number("ordinal", row.ordinal())
                .text("library", row.library())
                .text("version", version == null ? null : version.name())
                .text("binding", row.binding().name().toLowerCase(Locale.ROOT))
                .address("slot", row.slot())
                .provenance(row.provenance());
    }

    @Override
    public String subject(ImportInfo row) {
        return "import " + row.name();
    }
}
