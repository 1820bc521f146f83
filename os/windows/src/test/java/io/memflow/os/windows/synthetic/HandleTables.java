package io.memflow.os.windows.synthetic;

import io.memflow.os.windows.structure.WindowsVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;

/** Writes handle tables, and encodes their entries as the build does. Confined. */
final class HandleTables {
    private static final String TABLE = "_HANDLE_TABLE";
    private static final int PAGE = SyntheticRam.PAGE;
    /** Handles are multiples of it; the rest of the bits is for whoever uses them. */
    private static final int STEP = 4;
    /**
     * Entries of 64-bit systems from 8.1 on: {@code ObjectPointerBits} begin at bit 20, those of 8 at bit 23, and hold the
     * address without its lowest four bits. Bit 0 is {@code Unlocked}, {@code RefCnt} follows.
     */
    private static final int POINTER_BIT = 20;

    private static final int POINTER_BIT_8 = 23;
    private static final int POINTER_SHIFT = 4;
    private static final int UNLOCKED = 1;
    private static final int REFERENCES = 0x7FFF << 1;
    private static final int GRANTED = 0x1FF_FFFF;

    /** Entries of a page at least: those of 64-bit systems have 16 bytes. */
    private static final int ENTRIES = PAGE / 16;

    private final Machine machine;
    private final List<Long> tables = new ArrayList<>();

    /** The id itself, or the next one where it would be the first of a page, which no handle is. */
    static long usable(long id) {
        return id % (STEP * ENTRIES) == 0 ? id + STEP : id;
    }

    HandleTables(Machine machine) {
        this.machine = machine;
    }

    /**
     * What an entry is of.
     *
     * @param target what it points to: an object's header, in the table of ids the object itself
     * @param access granted
     */
    record Entry(long target, int access) {}

    /** All tables of processes. */
    List<Long> tables() {
        return tables;
    }

    /**
     * Writes the table of a process.
     *
     * @param entries by the values of handles
     */
    long process(long owner, long processId, NavigableMap<Long, Entry> entries) {
        long table = write(entries);
        machine.kernel().pointer(table + machine.types().at(TABLE, "QuotaProcess"), owner);
        machine.kernel().pointer(table + machine.types().at(TABLE, "UniqueProcessId"), processId);
        tables.add(table);
        return table;
    }

    /** Writes a table: one page of entries, or a page of pointers to such pages. */
    long write(NavigableMap<Long, Entry> entries) {
        SyntheticTypes types = machine.types();
        SyntheticSpace kernel = machine.kernel();
        long table = machine.paged().allocate(types.size(TABLE), "Obtb");
        int entryBytes = types.size("_HANDLE_TABLE_ENTRY");
        int perPage = PAGE / entryBytes;
        long last = entries.isEmpty() ? 0 : entries.lastKey() / STEP;
        int pages = (int) (last / perPage) + 1;
        long[] leaves = new long[pages];
        for (int i = 0; i < pages; i++) {
            leaves[i] = machine.paged().pages(1);
        }
        entries.forEach((value, entry) -> {
            long index = value / STEP;
            entry(leaves[(int) (index / perPage)] + index % perPage * entryBytes, entry);
        });
        long code = leaves[0];
        if (pages > 1) {
            long middle = machine.paged().pages(1);
            for (int i = 0; i < pages; i++) {
                kernel.pointer(middle + (long) i * machine.pointer(), leaves[i]);
            }
            code = middle | 1;
        }
        kernel.pointer(table + types.at(TABLE, "TableCode"), code);
        kernel.put32(table + types.at(TABLE, "NextHandleNeedingPool"), (long) pages * perPage * STEP);
        if (types.has(TABLE, "HandleCount")) {
            kernel.put32(table + types.at(TABLE, "HandleCount"), entries.size());
        }
        return table;
    }

    private void entry(long at, Entry entry) {
        SyntheticSpace kernel = machine.kernel();
        int pointer = machine.pointer();
        int build = machine.build();
        if (build < WindowsVersion.EIGHT) {
            kernel.pointer(at, entry.target | UNLOCKED);
            kernel.put32(at + pointer, entry.access);
        } else if (pointer == Integer.BYTES) {
            kernel.put32(at, entry.target | UNLOCKED);
            kernel.put32(at + pointer, entry.access & GRANTED);
        } else {
            int bit = build < WindowsVersion.EIGHT_ONE ? POINTER_BIT_8 : POINTER_BIT;
            kernel.put64(at, entry.target >> POINTER_SHIFT << bit | REFERENCES | UNLOCKED);
            kernel.put32(at + pointer, entry.access & GRANTED);
        }
    }

    /** Links the tables of all processes to their head. */
    void link(long head) {
        long offset = machine.types().at(TABLE, "HandleTableList");
        machine.kernel()
                .ring(
                        head,
                        machine.pointer(),
                        tables.stream().map(table -> table + offset).toList());
    }
}
