package io.memflow.os.linux.discovery;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.X86Paging;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Page tables of x86-64 made anew, in memory of our own behind the target's: what was overwritten there cannot be written
 * to, but what it must have held can be told. Confined to one call.
 */
final class NewTables {
    static final int INDEX_BITS = 9;
    static final int ENTRIES = 1 << INDEX_BITS;
    /** {@code PMD_SIZE}. */
    static final int LARGE_SHIFT = 21;
    /** {@code PUD_SIZE}: what one table of large pages maps. */
    static final int GRANULE_SHIFT = 30;

    private static final long GRANULE = 1L << GRANULE_SHIFT;
    private static final int PAGE_BYTES = 4096;
    /** Present, writable, accessed, dirty; and large (arch/x86/include/asm/pgtable_types.h). */
    private static final long TABLE_FLAGS = 0x63;

    private static final long LARGE_FLAGS = 0xE3;

    private final PhysicalMemory memory;
    private final long first;
    private final Map<Long, long[]> tables = new HashMap<>();
    private long next;

    NewTables(PhysicalMemory memory) {
        this.memory = memory;
        first = (memory.map().end() + GRANULE - 1) & -GRANULE;
        next = first;
    }

    /** The index of a virtual address in the table whose entries map {@code 1 << shift} bytes. */
    static int index(long virtual, int shift) {
        return (int) (virtual >>> shift) & (ENTRIES - 1);
    }

    /** A new table without entries; its physical address. */
    long empty() {
        return add(new long[ENTRIES]);
    }

    /** A new table with what the old one holds; empty when there is none. */
    long copy(long old) {
        MemorySegment bytes = MemorySegment.ofArray(new long[ENTRIES]);
        long[] entries = new long[ENTRIES];
        if (memory.tryRead(old, bytes) == Fault.NONE) {
            for (int i = 0; i < ENTRIES; i++) {
                entries[i] = bytes.get(ScalarLayout.LONG_LITTLE, (long) i * Long.BYTES);
            }
        }
        return add(entries);
    }

    private long add(long[] entries) {
        long table = next;
        next += PAGE_BYTES;
        tables.put(table, entries);
        return table;
    }

    /** The new table below an entry of a new table, a copy of the old one. */
    long child(long table, int index) {
        long below = entries(table)[index] & X86Paging.ADDRESS;
        if (tables.containsKey(below)) {
            return below;
        }
        long made = copy(below);
        lead(table, index, made);
        return made;
    }

    /** Lets an entry of a new table lead to a table, an old or a new one. */
    void lead(long table, int index, long below) {
        entries(table)[index] = below | TABLE_FLAGS;
    }

    /** Lets an entry of a new table map a large page. */
    void map(long table, int index, long physical) {
        entries(table)[index] = physical | LARGE_FLAGS;
    }

    private long[] entries(long table) {
        long[] entries = tables.get(table);
        if (entries == null) {
            throw new IllegalStateException("no table was made at " + table);
        }
        return entries;
    }

    /** The target's memory with the new tables behind it. */
    PhysicalMemory joined(DirectMap direct) {
        MemorySegment bytes = Arena.ofAuto().allocate(next - first, PAGE_BYTES);
        tables.forEach((table, entries) -> {
            for (int i = 0; i < ENTRIES; i++) {
                bytes.set(ScalarLayout.LONG_LITTLE, table - first + (long) i * Long.BYTES, entries[i]);
            }
        });
        DirectMap.Builder builder = DirectMap.builder();
        for (int range = 0; range < direct.rangeCount(); range++) {
            long start = direct.start(range);
            builder.add(start, direct.segment(range), direct.offset(range, start), direct.end(range) - start);
        }
        builder.add(first, bytes, 0, bytes.byteSize());
        return new MappedMemory(
                builder.build(),
                Arena.ofAuto(),
                ViewProperties.Access.READ_ONLY,
                memory.description() + " with repaired page tables",
                memory.defects());
    }
}
