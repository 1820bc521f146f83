package io.memflow.os.dummy;

import io.memflow.core.address.PageType;
import io.memflow.core.os.Listing;
import io.memflow.core.os.MemoryRegion;
import io.memflow.core.os.ModuleInfo;
import io.memflow.core.os.ProcessInfo;
import io.memflow.core.os.Provenance;
import io.memflow.core.os.Row;
import io.memflow.core.os.ThreadInfo;
import io.memflow.core.synthetic.MachineTable;
import io.memflow.core.synthetic.MachineTableCodec;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one reading of the machine's table as the contract wants them. Immutable.
 *
 * @param table as it was read
 */
record DummyRows(MachineTable table) {
    private static final Provenance FROM_TABLE = new Provenance(List.of("machine-table"), List.of());

    private static <T extends Row> Listing<T> whole(List<T> rows) {
        return new Listing<>(rows, List.of());
    }

    Listing<ProcessInfo> processes() {
        List<ProcessInfo> rows = new ArrayList<>();
        for (int i = 0; i < table.processes().size(); i++) {
            MachineTable.ProcessRow row = table.processes().get(i);
            rows.add(new ProcessInfo(
                    MachineTableCodec.processAddress(table, i),
                    row.pid(),
                    row.parent(),
                    row.name(),
                    ProcessInfo.Kind.USER,
                    row.state(),
                    null,
                    row.threads(),
                    null,
                    List.of(row.name()),
                    null,
                    null,
                    row.root(),
                    FROM_TABLE));
        }
        return whole(rows);
    }

    /** The table's row of a process that is in it. */
    MachineTable.ProcessRow row(int pid) {
        return table.processes().stream()
                .filter(row -> row.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    /** The program of a process, which takes all of its regions; none for a process without any. */
    Listing<ModuleInfo> program(ProcessInfo process) {
        List<MemoryRegion> regions = regions(process.pid()).rows();
        if (regions.isEmpty()) {
            return whole(List.of());
        }
        long base = regions.getFirst().start();
        long size = regions.getLast().end() - base;
        return whole(List.of(new ModuleInfo(base, String.valueOf(process.name()), base, size, FROM_TABLE)));
    }

    Listing<ThreadInfo> threads() {
        return whole(table.processes().stream()
                .flatMap(row -> threads(row.pid()).rows().stream())
                .toList());
    }

    /** The main thread runs or sleeps as the process does; the others sleep. */
    Listing<ThreadInfo> threads(int pid) {
        MachineTable.ProcessRow row = row(pid);
        long address = MachineTableCodec.processAddress(table, table.processes().indexOf(row));
        List<ThreadInfo> threads = new ArrayList<>();
        for (int i = 0; i < row.threads(); i++) {
            threads.add(new ThreadInfo(address, pid, pid + i, row.name(), row.state(), FROM_TABLE));
        }
        return whole(threads);
    }

    Listing<ModuleInfo> modules() {
        List<ModuleInfo> rows = new ArrayList<>();
        for (int i = 0; i < table.modules().size(); i++) {
            MachineTable.ModuleRow row = table.modules().get(i);
            rows.add(new ModuleInfo(
                    MachineTableCodec.moduleAddress(table, i), row.name(), row.base(), row.size(), FROM_TABLE));
        }
        return whole(rows);
    }

    Listing<MemoryRegion> regions(int pid) {
        return whole(row(pid).regions().stream()
                .sorted((a, b) -> Long.compareUnsigned(a.start(), b.start()))
                .map(region -> new MemoryRegion(
                        region.start(),
                        region.end(),
                        permissions(region.pageType()),
                        0,
                        "[" + region.name() + "]",
                        0,
                        FROM_TABLE))
                .toList());
    }

    /** As the hardware enforces them, which may be more than was wanted where a format cannot say it. */
    private static String permissions(int pageType) {
        return ((pageType & PageType.NO_READ) == 0 ? "r" : "-")
                + ((pageType & PageType.WRITABLE) == 0 ? "-" : "w")
                + ((pageType & PageType.USER_NO_EXECUTE) == 0 ? "x" : "-")
                + "p";
    }
}
