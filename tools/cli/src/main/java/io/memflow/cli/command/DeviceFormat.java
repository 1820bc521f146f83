package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.address.Address;
import io.memflow.core.os.DeviceInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Device objects and what they are attached to. */
final class DeviceFormat implements RowFormat<DeviceInfo> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.left("ADDRESS"),
                Column.left("TYPE"),
                Column.left("DRIVER"),
                Column.left("NAME"),
                Column.left("ABOVE"),
                Column.left("BELOW"));
    }

    @Override
    public List<String> cells(DeviceInfo row) {
        return List.of(
                Address.format(row.address()),
                RowFormat.cell(row, kind(row)),
                RowFormat.cell(row, row.driverName()),
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, text(row.above())),
                RowFormat.cell(row, text(row.below())));
    }

    private static @Nullable String kind(DeviceInfo row) {
        Long number = row.type();
        return row.typeName() != null || number == null ? row.typeName() : "0x" + Long.toHexString(number);
    }

    private static @Nullable String text(@Nullable Long address) {
        return address == null ? null : Address.format(address);
    }

    @Override
    public void write(DeviceInfo row, JsonLines json) {
        json.text("name", row.name())
                .address("driver", row.driver())
                .text("driver_name", row.driverName())
                .number("type", row.type())
                .text("type_name", row.typeName())
                .number("stack_size", row.stackSize())
                .address("above", row.above())
                .address("below", row.below())
                .address("next", row.next())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    @Override
    public String subject(DeviceInfo row) {
        return "device " + (row.name() == null ? "at " + Address.format(row.address()) : row.name());
    }
}
