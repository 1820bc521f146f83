package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Palette;
import io.memflow.cli.output.Table;
import io.memflow.core.os.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one kind of row is shown. Stateless. */
public interface RowFormat<T extends Row> {
    /** Columns of the table for people. */
    List<Column> columns();

    /** One cell per column, as the target has them. */
    List<String> cells(T row);

    /** Writes the row's keys into an object that is begun and ended by the caller. */
    void write(T row, JsonLines json);

    /** What a message calls the row, such as {@code process 7 (sh)}. */
    String subject(T row);

    /** How the row looks among others when nothing is missing from it. */
    default Palette.Emphasis emphasis(T row) {
        return Palette.Emphasis.NONE;
    }

    /** The rows as a table. */
    static <T extends Row> Table table(List<T> rows, RowFormat<T> format) {
        Table table = new Table(format.columns());
        for (T row : rows) {
            boolean whole = row.provenance().isComplete();
            table.add(format.cells(row), whole ? format.emphasis(row) : Palette.Emphasis.DAMAGED);
        }
        return table;
    }

    /** A field for people: {@code ?} when the row is damaged and the field may be what is missing, {@code -} when it does not apply. */
    static String cell(Row row, @Nullable Object value) {
        if (value != null) {
            return value.toString();
        }
        return row.provenance().isComplete() ? "-" : "?";
    }
}
