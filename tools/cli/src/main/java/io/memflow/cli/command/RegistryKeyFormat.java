package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.RegistryKeyInfo;
import java.util.List;
import java.util.Locale;

/** Keys of the Windows registry. */
final class RegistryKeyFormat implements RowFormat<RegistryKeyInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("KEYS"),
                Column.right("VALUES"),
                Column.left("KIND"),
                Column.left("WRITTEN"),
                Column.left("PATH"));
    }

    @Override
    public List<String> cells(RegistryKeyInfo row) {
        return List.of(
                Long.toString(row.subkeys()),
                Long.toString(row.values()),
                kind(row),
                RowFormat.cell(row, RegistryTimes.toTheSecond(row.lastWritten())),
                row.path());
    }

    private static String kind(RegistryKeyInfo row) {
        return row.kind().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void write(RegistryKeyInfo row, JsonLines json) {
        json.text("path", row.path())
                .text("kind", kind(row))
                .text("class", row.className())
                .number("keys", row.subkeys())
                .number("values", row.values())
                .text("last_written", RegistryTimes.exact(row.lastWritten()))
                .provenance(row.provenance());
    }

    @Override
    public String subject(RegistryKeyInfo row) {
        return "key " + row.path();
    }
}
