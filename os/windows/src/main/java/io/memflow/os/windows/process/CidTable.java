package io.memflow.os.windows.process;

import io.memflow.core.error.MemflowException;
import io.memflow.core.os.MissingPart;
import io.memflow.os.windows.handle.HandleTable;
import io.memflow.os.windows.structure.WindowsKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table of process and thread ids ({@code PspCidTable}), whose entries lead to the objects themselves. Thread-safe. */
public final class CidTable {
    static final String NAME = "PspCidTable";

    private final HandleTable tables;
    private final long table;

    private CidTable(HandleTable tables, long table) {
        this.tables = tables;
        this.table = table;
    }

    /** The table of a kernel; empty where it was not found, or its form is not known. */
    public static Optional<CidTable> of(WindowsKernel kernel) {
        long table = kernel.anchors().cidTable();
        try {
            return table == 0 ? Optional.empty() : Optional.of(new CidTable(new HandleTable(kernel), table));
        } catch (MemflowException unknown) {
            // Without the places of its members it is as if it had not been found.
            return Optional.empty();
        }
    }

    /**
     * What the ids lead to.
     *
     * @param objects virtual addresses of processes and threads, ascending by their ids
     * @param missing parts of the table that could not be followed
     */
    public record Ids(List<Long> objects, List<MissingPart> missing) {}

    /** The table as it is now. */
    public Ids read() {
        HandleTable.Entries entries = tables.read(table, NAME);
        List<Long> objects = new ArrayList<>();
        entries.entries().forEach(entry -> objects.add(entry.target()));
        return new Ids(objects, entries.missing());
    }
}
