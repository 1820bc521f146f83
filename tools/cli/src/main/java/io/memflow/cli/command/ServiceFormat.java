package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.ServiceInfo;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Services and drivers that a machine is set up to have. */
final class ServiceFormat implements RowFormat<ServiceInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.left("NAME"),
                Column.left("KIND"),
                Column.left("START"),
                Column.left("ACCOUNT"),
                Column.left("PROGRAM"),
                Column.left("LIBRARY"));
    }

    @Override
    public List<String> cells(ServiceInfo row) {
        return List.of(
                row.name(),
                RowFormat.cell(row, word(row.kind())),
                RowFormat.cell(row, word(row.start())),
                RowFormat.cell(row, row.account()),
                RowFormat.cell(row, row.program()),
                RowFormat.cell(row, row.library()));
    }

    private static @Nullable String word(@Nullable Enum<?> constant) {
        return constant == null
                ? null
                : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void write(ServiceInfo row, JsonLines json) {
        json.text("name", row.name())
                .text("display_name", row.displayName())
                .text("kind", word(row.kind()))
                .text("start", word(row.start()))
                .text("account", row.account())
                .text("program", row.program())
                .text("library", row.library())
                .text("last_written", RegistryTimes.exact(row.lastWritten()))
                .provenance(row.provenance());
    }

    @Override
    public String subject(ServiceInfo row) {
        return "service " + row.name();
    }
}
