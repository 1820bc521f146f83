package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.os.RegistryType;
import io.memflow.core.os.RegistryValueInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of a key of the Windows registry. */
final class RegistryValueFormat implements RowFormat<RegistryValueInfo> {
    /** Bytes that a table shows of values without another meaning; JSON has all. */
    private static final int SHOWN_BYTES = 32;

    private static final String DEFAULT = "(default)";
    private static final HexFormat HEX = HexFormat.of();

    @Override
    public List<Column> columns() {
        return List.of(Column.left("NAME"), Column.left("TYPE"), Column.right("BYTES"), Column.left("DATA"));
    }

    @Override
    public List<String> cells(RegistryValueInfo row) {
        MemorySegment data = row.data();
        return List.of(
                row.name().isEmpty() ? DEFAULT : row.name(),
                row.typeName(),
                RowFormat.cell(row, data == null ? null : data.byteSize()),
                RowFormat.cell(row, data == null ? null : shown(row, data)));
    }

    private static String shown(RegistryValueInfo row, MemorySegment data) {
        if (isText(row)) {
            return row.text().orElse("");
        }
        if (isList(row)) {
            return String.join(", ", row.texts());
        }
        if (row.number().isPresent()) {
            return Long.toUnsignedString(row.number().getAsLong());
        }
        String hex = HEX.formatHex(
                data.asSlice(0, Math.min(data.byteSize(), SHOWN_BYTES)).toArray(ValueLayout.JAVA_BYTE));
        return data.byteSize() > SHOWN_BYTES ? hex + "..." : hex;
    }

    private static boolean isText(RegistryValueInfo row) {
        return row.knownType().filter(RegistryType::isText).isPresent();
    }

    private static boolean isList(RegistryValueInfo row) {
        return row.knownType().filter(RegistryType.MULTI_SZ::equals).isPresent();
    }

    @Override
    public void write(RegistryValueInfo row, JsonLines json) {
        MemorySegment data = row.data();
        json.text("key", row.key()).text("name", row.name()).text("type", row.typeName());
        if (isText(row)) {
            json.text("text", row.text().orElse(null));
        }
        if (isList(row)) {
            json.texts("texts", row.texts());
        }
        if (row.number().isPresent()) {
            json.size("number", row.number().getAsLong());
        }
        json.text("data", hex(data)).provenance(row.provenance());
    }

    private static @Nullable String hex(@Nullable MemorySegment data) {
        return data == null ? null : HEX.formatHex(data.toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public String subject(RegistryValueInfo row) {
        return "value " + (row.name().isEmpty() ? DEFAULT : row.name()) + " of " + row.key();
    }
}
