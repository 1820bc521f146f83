package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.InterfaceInfo;
import java.util.List;

/** Network interfaces. */
public final class InterfaceFormat implements RowFormat<InterfaceInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("NAMESPACE"),
                Column.right("INDEX"),
                Column.left("NAME"),
                Column.left("UP"),
                Column.right("MTU"),
                Column.left("HARDWARE"),
                Column.left("ADDRESSES"));
    }

    @Override
    public List<String> cells(InterfaceInfo row) {
        return List.of(
                RowFormat.cell(row, row.namespace()),
                RowFormat.cell(row, row.index()),
                RowFormat.cell(row, row.name()),
                row.flags() == null ? "?" : row.isUp() ? "up" : "down",
                RowFormat.cell(row, row.mtu()),
                RowFormat.cell(row, row.hardwareAddress()),
                row.addresses().isEmpty() ? "-" : String.join(" ", row.addresses()));
    }

    @Override
    public void write(InterfaceInfo row, JsonLines json) {
        json.number("net_namespace", row.namespace())
                .number("index", row.index())
                .text("name", row.name())
                .flag("up", row.isUp())
                .number("flags", row.flags())
                .number("mtu", row.mtu())
                .text("hardware_address", row.hardwareAddress())
                .texts("addresses", row.addresses())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(InterfaceInfo row) {
        return "interface " + row.name();
    }
}
