package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.os.RegistryHiveInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hives of the Windows registry. */
final class RegistryHiveFormat implements RowFormat<RegistryHiveInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.left("ROOT"),
                Column.right("SIZE"),
                Column.right("VOLATILE"),
                Column.left("STATE"),
                Column.left("WRITTEN"),
                Column.left("FILE"));
    }

    @Override
    public List<String> cells(RegistryHiveInfo row) {
        return List.of(
                RowFormat.cell(row, row.root()),
                RowFormat.cell(row, size(row.bytes())),
                RowFormat.cell(row, size(row.volatileBytes())),
                RowFormat.cell(row, row.isDirty() == null ? null : row.isDirty() ? "dirty" : "clean"),
                RowFormat.cell(row, RegistryTimes.toTheSecond(row.lastWritten())),
                RowFormat.cell(row, row.file()));
    }

    private static @Nullable String size(@Nullable Long bytes) {
        return bytes == null ? null : Units.bytes(bytes);
    }

    @Override
    public void write(RegistryHiveInfo row, JsonLines json) {
        json.text("root", row.root()).text("file", row.file()).text("name", row.name());
        json.size("bytes", row.bytes()).size("volatile_bytes", row.volatileBytes());
        Boolean isDirty = row.isDirty();
        json.text("state", isDirty == null ? null : isDirty ? "dirty" : "clean")
                .text("last_written", RegistryTimes.exact(row.lastWritten()))
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(RegistryHiveInfo row) {
        return "hive " + (row.root() == null ? row.name() : row.root());
    }
}
