package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.os.BpfProgramInfo;
import java.util.List;

/** Programs of the kernel's virtual machine. */
final class BpfProgramFormat implements RowFormat<BpfProgramInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("ID"),
                Column.left("TYPE"),
                Column.left("NAME"),
                Column.left("TAG"),
                Column.right("LOADED"),
                Column.right("UID"),
                Column.right("CODE"),
                Column.left("MAPS"));
    }

    @Override
    public List<String> cells(BpfProgramInfo row) {
        return List.of(
                RowFormat.cell(row, row.id()),
                RowFormat.cell(row, row.type()),
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, row.tag()),
                RowFormat.cell(row, row.loadedAfterBoot() == null ? null : Units.seconds(row.loadedAfterBoot())),
                RowFormat.cell(row, row.uid()),
                RowFormat.cell(row, row.machineBytes()),
                String.join(",", row.maps().stream().map(String::valueOf).toList()));
    }

    @Override
    public void write(BpfProgramInfo row, JsonLines json) {
        json.number("id", row.id())
                .text("type", row.type())
                .text("name", row.name())
                .text("tag", row.tag())
                .seconds("loaded_after_boot", row.loadedAfterBoot())
                .number("uid", row.uid())
                .size("machine_bytes", row.machineBytes())
                .numbers("maps", row.maps())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(BpfProgramInfo row) {
        return "BPF program " + row.id();
    }
}
