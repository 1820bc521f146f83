package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.ModuleDetails;
import io.memflow.core.os.ModulePart;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is known of modules beyond where they are. */
public final class ModuleDetailsFormat implements RowFormat<ModuleDetails> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.left("NAME"),
                Column.left("STATE"),
                Column.right("REFS"),
                Column.left("TAINT"),
                Column.left("VERSION"),
                Column.left("IDENTITY"),
                Column.left("NEEDS"),
                Column.left("USED BY"));
    }

    @Override
    public List<String> cells(ModuleDetails row) {
        return List.of(
                row.name(),
                RowFormat.cell(row, state(row)),
                RowFormat.cell(row, row.references()),
                RowFormat.cell(row, row.taint()),
                RowFormat.cell(row, row.version()),
                RowFormat.cell(row, row.identity()),
                String.join(" ", row.needs()),
                String.join(" ", row.users()));
    }

    private static @Nullable String state(ModuleDetails row) {
        ModuleDetails.State state = row.state();
        return state == null ? null : state.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void write(ModuleDetails row, JsonLines json) {
        json.text("name", row.name())
                .address("base", row.base())
                .text("identity", row.identity())
                .text("own_name", row.ownName())
                .text("machine", row.machine())
                .address("entry", row.entry())
                .text("interpreter", row.interpreter())
                .texts("needs", row.needs())
                .texts("users", row.users())
                .text("state", state(row))
                .number("references", row.references())
                .text("taint", row.taint())
                .text("version", row.version())
                .text("source_version", row.sourceVersion())
                .texts("parameters", row.parameters())
                .beginArray("parts");
        for (ModulePart part : row.parts()) {
            json.begin()
                    .text("purpose", part.purpose())
                    .address("base", part.base())
                    .size("size", part.size())
                    .end();
        }
        json.endArray().provenance(row.provenance());
    }

    @Override
    public String subject(ModuleDetails row) {
        return "module " + row.name();
    }
}
