package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.cli.output.Units;
import io.memflow.core.address.Address;
import io.memflow.core.os.MemoryRegion;
import java.util.List;
import java.util.Locale;

/**
 * Memory regions of one process.
 *
 * @param pid whose they are
 */
public record RegionFormat(int pid) implements RowFormat<MemoryRegion> {
    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("START"),
                Column.right("END"),
                Column.left("PERMS"),
                Column.left("ALLOCATION").whenUsed(),
                Column.right("SIZE"),
                Column.right("OFFSET"),
                Column.right("INODE"),
                Column.left("FILE"));
    }

    @Override
    public List<String> cells(MemoryRegion row) {
        String file = row.file();
        MemoryRegion.Allocation allocation = row.allocation();
        return List.of(
                Address.format(row.start()),
                Address.format(row.end()),
                row.permissions(),
                allocation == null ? "-" : allocation.protection(),
                Units.bytes(row.end() - row.start()),
                Address.format(row.fileOffset()),
                Long.toUnsignedString(row.inode()),
                // Anonymous memory is the usual case, and a dash on most lines would only be noise.
                file == null && row.provenance().isComplete() ? "" : RowFormat.cell(row, file));
    }

    @Override
    public void write(MemoryRegion row, JsonLines json) {
        MemoryRegion.Allocation allocation = row.allocation();
        json.number("pid", pid)
                .address("start", row.start())
                .address("end", row.end())
                .text("perms", row.permissions())
                .size("offset", row.fileOffset())
                .text("file", row.file())
                .size("inode", row.inode())
                .address("address", allocation == null ? null : allocation.address())
                .text(
                        "allocation",
                        allocation == null ? null : allocation.kind().name().toLowerCase(Locale.ROOT))
                .text("protection", allocation == null ? null : allocation.protection())
                .number("committed_pages", allocation == null ? null : allocation.committedPages())
                .provenance(row.provenance());
    }

    @Override
    public String subject(MemoryRegion row) {
        return "region " + Address.format(row.start());
    }
}
