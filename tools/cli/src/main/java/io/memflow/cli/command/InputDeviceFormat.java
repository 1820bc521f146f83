package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.InputDeviceInfo;
import io.memflow.core.os.InputDeviceInfo.PressedKey;
import java.util.List;

/** Input devices and the keys that are held down. */
final class InputDeviceFormat implements RowFormat<InputDeviceInfo> {
    @Override
    public List<Column> columns() {
        return List.of(Column.left("NAME"), Column.left("PLACE"), Column.right("KEYS"), Column.left("PRESSED"));
    }

    @Override
    public List<String> cells(InputDeviceInfo row) {
        return List.of(
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, row.place()),
                RowFormat.cell(row, row.keys()),
                String.join(" ", row.pressed().stream().map(PressedKey::name).toList()));
    }

    @Override
    public void write(InputDeviceInfo row, JsonLines json) {
        json.text("name", row.name())
                .text("place", row.place())
                .number("bus", row.bus())
                .number("vendor", row.vendor())
                .number("product", row.product())
                .number("version", row.version())
                .number("keys", row.keys())
                .beginArray("pressed");
        for (PressedKey key : row.pressed()) {
            json.begin().number("code", key.code()).text("name", key.name()).end();
        }
        json.endArray().address("address", row.address()).provenance(row.provenance());
    }

    @Override
    public String subject(InputDeviceInfo row) {
        return "input device " + row.name();
    }
}
