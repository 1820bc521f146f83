package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.address.Address;
import io.memflow.core.os.DriverInfo;
import io.memflow.core.os.DriverInfo.Handler;
import io.memflow.core.os.DriverInfo.Routine;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Driver objects; handlers that lie in no module are named. */
final class DriverFormat implements RowFormat<DriverInfo> {
    /** Of more handlers than that a person wants to know how many they are. */
    private static final int MOST_NAMED = 3;

    @Override
    public List<Column> columns() {
        return List.of(
                Column.left("ADDRESS"),
                Column.left("BASE"),
                Column.right("SIZE"),
                Column.left("NAME"),
                Column.left("MODULE"),
                Column.right("DEVICES"),
                Column.left("OUTSIDE MODULES"));
    }

    @Override
    public List<String> cells(DriverInfo row) {
        return List.of(
                Address.format(row.address()),
                RowFormat.cell(row, row.base() == null ? null : Address.format(row.base())),
                RowFormat.cell(row, row.size() == null ? null : Units.bytes(row.size())),
                RowFormat.cell(row, row.name()),
                RowFormat.cell(row, row.module()),
                Integer.toString(row.devices().size()),
                outside(row.handlersOutside()));
    }

    private static String outside(List<Handler> handlers) {
        if (handlers.isEmpty()) {
            return "-";
        }
        return handlers.size() > MOST_NAMED
                ? handlers.size() + " handlers"
                : handlers.stream()
                        .map(handler -> word(handler.function()) + " "
                                + Address.format(handler.routine().address()))
                        .collect(Collectors.joining(", "));
    }

    private static String word(DriverInfo.Function function) {
        return function.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public void write(DriverInfo row, JsonLines json) {
        json.text("name", row.name())
                .text("service", row.serviceKey())
                .address("base", row.base())
                .size("size", row.size())
                .text("module", row.module());
        routine("initialize", row.initialize(), json);
        routine("start_io", row.start(), json);
        routine("unload", row.unload(), json);
        json.beginArray("handlers");
        for (Handler handler : row.handlers()) {
            json.begin()
                    .text("function", word(handler.function()))
                    .address("address", handler.routine().address())
                    .text("module", handler.routine().module())
                    .end();
        }
        json.endArray()
                .texts("devices", row.devices().stream().map(Address::format).toList())
                .address("address", row.address())
                .provenance(row.provenance());
    }

    private static void routine(String key, @Nullable Routine routine, JsonLines json) {
        json.address(key, routine == null ? null : routine.address())
                .text(key + "_module", routine == null ? null : routine.module());
    }

    @Override
    public String subject(DriverInfo row) {
        return "driver " + (row.name() == null ? "at " + Address.format(row.address()) : row.name());
    }
}
