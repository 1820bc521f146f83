package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.address.Address;
import io.memflow.core.os.ThreadInfo;
import java.util.List;

/** Threads. */
final class ThreadFormat implements RowFormat<ThreadInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("PID"),
                Column.right("TID"),
                Column.left("S"),
                Column.left("ADDRESS"),
                Column.left("NAME"));
    }

    @Override
    public List<String> cells(ThreadInfo row) {
        return List.of(
                Integer.toString(row.pid()),
                Integer.toString(row.tid()),
                String.valueOf(row.state().letter()),
                RowFormat.cell(row, row.address() == null ? null : Address.format(row.address())),
                RowFormat.cell(row, row.name()));
    }

    @Override
    public void write(ThreadInfo row, JsonLines json) {
        json.number("pid", row.pid())
                .number("tid", row.tid())
                .text("name", row.name())
                .text("state", String.valueOf(row.state().letter()))
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(ThreadInfo row) {
        return "thread " + row.tid() + (row.name() == null ? "" : " (" + row.name() + ")");
    }
}
