package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.address.Address;
import io.memflow.core.memory.PageContent;
import io.memflow.core.os.PageRow;
import java.util.List;

/**
 * Runs of pages of one process.
 *
 * @param pid whose they are
 */
record PageFormat(int pid) implements RowFormat<PageRow> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("START"),
                Column.right("END"),
                Column.right("SIZE"),
                Column.left("FOUND"),
                Column.right("PHYSICAL"),
                Column.left("HOW KEPT, OR WHY NOT"));
    }

    @Override
    public List<String> cells(PageRow row) {
        long start = row.run().range().start();
        long length = row.run().range().length();
        String found = "";
        String physical = "";
        String why = "";
        switch (row.run().content()) {
            case PageContent.InMemory page -> {
                found = page.source().text();
                physical = Address.format(page.physical());
            }
            case PageContent.Packed page -> {
                found = page.source().text();
                why = page.where();
            }
            case PageContent.Missing missing -> why = reason(missing);
        }
        return List.of(
                Address.format(start), Address.format(start + length), Units.bytes(length), found, physical, why);
    }

    /** The cause, and what is known beyond it. */
    static String reason(PageContent.Missing missing) {
        String cause = missing.cause().text();
        return missing.why().equals(cause) ? cause : cause + ": " + missing.why();
    }

    @Override
    public void write(PageRow row, JsonLines json) {
        json.number("pid", pid)
                .address("address", row.run().range().start())
                .size("length", row.run().range().length());
        switch (row.run().content()) {
            case PageContent.InMemory page ->
                json.text("found", page.source().text())
                        .address("physical", page.physical())
                        .text("kept", null)
                        .text("cause", null)
                        .text("why", null);
            case PageContent.Packed page ->
                json.text("found", page.source().text())
                        .address("physical", null)
                        .text("kept", page.where())
                        .text("cause", null)
                        .text("why", null);
            case PageContent.Missing missing ->
                json.text("found", null)
                        .address("physical", null)
                        .text("kept", null)
                        .text("cause", missing.cause().text())
                        .text("why", missing.why());
        }
        json.provenance(row.provenance());
    }

    @Override
    public String subject(PageRow row) {
        return "pages " + row.run().range();
    }
}
