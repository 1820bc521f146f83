package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.ProcessPlaces;
import java.util.List;

/** Where processes stand in the file systems. */
public final class PlacesFormat implements RowFormat<ProcessPlaces> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("PID"), Column.left("PROGRAM"), Column.left("CURRENT DIRECTORY"), Column.left("ROOT"));
    }

    @Override
    public List<String> cells(ProcessPlaces row) {
        return List.of(
                Integer.toString(row.pid()),
                RowFormat.cell(row, row.executable()),
                RowFormat.cell(row, row.currentDirectory()),
                RowFormat.cell(row, row.root()));
    }

    @Override
    public void write(ProcessPlaces row, JsonLines json) {
        json.number("pid", row.pid())
                .text("exe", row.executable())
                .text("cwd", row.currentDirectory())
                .text("root", row.root())
                .provenance(row.provenance());
    }

    @Override
    public String subject(ProcessPlaces row) {
        return "process " + row.pid();
    }
}
