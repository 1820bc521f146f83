package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.address.Address;
import io.memflow.core.os.ExportInfo;
import io.memflow.core.os.SymbolVersion;
import java.util.List;
import java.util.Locale;

/** What a module offers to others. */
public final class ExportFormat implements RowFormat<ExportInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("ADDRESS"),
                Column.right("SIZE"),
                Column.left("KIND"),
                Column.left("BINDING"),
                Column.left("FOR"),
                Column.left("NAME"));
    }

    @Override
    public List<String> cells(ExportInfo row) {
        Long address = row.address();
        Long size = row.size();
        SymbolVersion version = row.version();
        String forwarder = row.forwarder();
        String name = version == null ? row.name() : row.name() + version;
        return List.of(
                address == null ? "-" : Address.format(address),
                size == null ? "-" : Long.toString(size),
                word(row.kind()),
                word(row.binding()),
                row.restriction() == null ? "-" : row.restriction(),
                forwarder == null ? name : name + " -> " + forwarder);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void write(ExportInfo row, JsonLines json) {
        SymbolVersion version = row.version();
        json.text("name", row.name())
                .number("ordinal", row.ordinal())
                .address("address", row.address())
                .size("size", row.size())
                .text("kind", word(row.kind()))
                .text("binding", word(row.binding()))
                .text("version", version == null ? null : version.name())
                .text("version_rank", version == null ? null : word(version.rank()))
                .text("forwarder", row.forwarder())
                .text("restriction", row.restriction())
                .provenance(row.provenance());
    }

    @Override
    public String subject(ExportInfo row) {
        return "export " + row.name();
    }
}
