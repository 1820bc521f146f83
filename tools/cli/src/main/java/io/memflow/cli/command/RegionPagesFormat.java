package io.memflow.cli.command;

import io.memflow.cli.output.Column;
import io.memflow.cli.output.JsonLines;
import io.memflow.core.address.Address;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PageSource;
import io.memflow.core.os.MemoryRegion;
import java.util.List;

/**
 * How much of each region of a process is where, in KiB.
 *
 * @param pid whose they are
 */
record RegionPagesFormat(int pid) implements RowFormat<RegionPages> {
    private static final long KIB = 1024;

    @Override
    public List<Column> columns() {
        return List.of(
                Column.right("START"),
                Column.left("PERMS"),
                Column.right("KIB"),
                Column.right("MAPPED"),
                Column.right("NO ACCESS"),
                Column.right("CACHED"),
                Column.right("SWAP CACHE"),
                Column.right("ZRAM"),
                Column.right("TRANSITION").whenUsed(),
                Column.right("PROTOTYPE").whenUsed(),
                Column.right("SWAPPED"),
                Column.right("NOT READ IN"),
                Column.right("NEVER USED"),
                Column.right("OTHER"),
                Column.left("FILE"));
    }

    @Override
    public List<String> cells(RegionPages row) {
        MemoryRegion region = row.region();
        String file = region.file();
        return List.of(
                Address.format(region.start()),
                region.permissions(),
                kib(region.end() - region.start()),
                kib(row.bytes(PageSource.PAGE_TABLE)),
                kib(row.bytes(PageSource.PROTECTED)),
                kib(row.bytes(PageSource.PAGE_CACHE)),
                kib(row.bytes(PageSource.SWAP_CACHE)),
                kib(row.bytes(PageSource.ZRAM) + row.bytes(PageSource.SWAPPED_ZEROES)),
                kib(row.bytes(PageSource.TRANSITION)),
                kib(row.bytes(PageSource.PROTOTYPE)),
                kib(row.bytes(Fault.SWAPPED_OUT)),
                kib(row.bytes(Fault.FILE_PAGE_ABSENT)),
                kib(row.bytes(Fault.NEVER_TOUCHED)),
                kib(row.otherwiseMissing() + row.bytes(PageSource.MIGRATION)),
                file == null && row.provenance().isComplete() ? "" : RowFormat.cell(row, file));
    }

    private static String kib(long bytes) {
        return bytes == 0 ? "-" : Long.toUnsignedString(bytes / KIB);
    }

    @Override
    public void write(RegionPages row, JsonLines json) {
        json.number("pid", pid)
                .address("start", row.region().start())
                .address("end", row.region().end())
                .text("perms", row.region().permissions())
                .text("file", row.region().file());
        for (PageSource source : PageSource.values()) {
            json.size(source.text().replace(' ', '_'), row.bytes(source));
        }
        json.size("swapped_out", row.bytes(Fault.SWAPPED_OUT))
                .size("file_page_absent", row.bytes(Fault.FILE_PAGE_ABSENT))
                .size("never_touched", row.bytes(Fault.NEVER_TOUCHED))
                .size("other_missing", row.otherwiseMissing())
                .provenance(row.provenance());
    }

    @Override
    public String subject(RegionPages row) {
        return "region " + Address.format(row.region().start());
    }
}
