package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.HandleInfo;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Open files. */
public final class HandleFormat implements RowFormat<HandleInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("PID"),
                Column.right("FD"),
                Column.left("KIND"),
                Column.left("TYPE").whenUsed(),
                Column.left("ACCESS"),
                Column.right("POSITION"),
                Column.right("INODE"),
                Column.left("NAME"));
    }

    @Override
    public List<String> cells(HandleInfo row) {
        Long inode = row.inode();
        return List.of(
                Integer.toString(row.pid()),
                Long.toUnsignedString(row.value()),
                RowFormat.cell(row, word(row.kind())),
                // A row of a system without types lacks none when something else of it is missing.
                row.type() == null ? "-" : row.type(),
                RowFormat.cell(row, word(row.access())),
                RowFormat.cell(row, row.position()),
                RowFormat.cell(row, inode == null ? null : Long.toUnsignedString(inode)),
                RowFormat.cell(row, row.name()));
    }

    @Override
    public void write(HandleInfo row, JsonLines json) {
        json.number("pid", row.pid())
                .number("fd", row.value())
                .text("kind", word(row.kind()))
                .text("type", row.type())
                .text("name", row.name())
                .text("access", word(row.access()))
                .number("position", row.position())
                .number("flags", row.flags())
                .size("inode", row.inode())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(HandleInfo row) {
        return "file " + Long.toUnsignedString(row.value()) + " of process " + row.pid();
    }

    private static @Nullable String word(@Nullable Enum<?> choice) {
        return choice == null ? null : choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
