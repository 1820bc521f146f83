package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.BpfMapInfo;
import java.util.List;

/** Maps of the programs of the kernel's virtual machine. */
final class BpfMapFormat implements RowFormat<BpfMapInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("ID"),
                Column.left("TYPE"),
                Column.left("NAME"),
                Column.right("KEY"),
                Column.right("VALUE"),
                Column.right("ENTRIES"));
    }

    @Override
    public List<String> cells(BpfMapInfo row) {
        return List.of(
                RowFormat.cell(row, row.id()),
                RowFormat.cell(row, row.type()),
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, row.keyBytes()),
                RowFormat.cell(row, row.valueBytes()),
                RowFormat.cell(row, row.mostEntries()));
    }

    @Override
    public void write(BpfMapInfo row, JsonLines json) {
        json.number("id", row.id())
                .text("type", row.type())
                .text("name", row.name())
                .size("key_bytes", row.keyBytes())
                .size("value_bytes", row.valueBytes())
                .number("most_entries", row.mostEntries())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(BpfMapInfo row) {
        return "BPF map " + row.id();
    }
}
