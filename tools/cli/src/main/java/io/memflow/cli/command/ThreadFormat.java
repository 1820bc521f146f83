package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.address.Address;
import io.memflow.core.os.ThreadInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Threads. */
final class ThreadFormat implements RowFormat<ThreadInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("PID"),
                Column.right("TID"),
                Column.left("S"),
                Column.left("ADDRESS"),
                Column.left("ENTRY").whenUsed(),
                Column.left("BLOCK").whenUsed(),
                Column.left("NAME"));
    }

    @Override
    public List<String> cells(ThreadInfo row) {
        ThreadInfo.Places places = row.places();
        return List.of(
                Integer.toString(row.pid()),
                Integer.toString(row.tid()),
                String.valueOf(row.state().letter()),
                RowFormat.cell(row, address(row.address())),
                places == null ? "-" : RowFormat.cell(row, address(places.entry())),
                places == null ? "-" : RowFormat.cell(row, address(places.block())),
                RowFormat.cell(row, row.name()));
    }

    @Override
    public void write(ThreadInfo row, JsonLines json) {
        json.number("pid", row.pid())
                .number("tid", row.tid())
                .text("name", row.name())
                .text("state", String.valueOf(row.state().letter()))
                .address("address", row.address());
        ThreadInfo.Places places = row.places();
        json.address("start", places == null ? null : places.start())
                .address("entry", places == null ? null : places.entry())
                .address("block", places == null ? null : places.block());
        stack(json, "kernel_stack", places == null ? null : places.kernelStack());
        stack(json, "user_stack", places == null ? null : places.userStack());
        json.text("start_time", places == null ? null : time(places.startTime()))
                .text("exit_time", places == null ? null : time(places.exitTime()))
                .provenance(row.provenance());
    }

    private static void stack(JsonLines json, String key, ThreadInfo.@Nullable Stack stack) {
        json.address(key + "_low", stack == null ? null : stack.low())
                .address(key + "_high", stack == null ? null : stack.high());
    }

    private static @Nullable String address(@Nullable Long address) {
        return address == null ? null : Address.format(address);
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    @Override
    public String subject(ThreadInfo row) {
        return "thread " + row.tid() + (row.name() == null ? "" : " (" + row.name() + ")");
    }
}
