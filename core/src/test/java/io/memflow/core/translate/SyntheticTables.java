package io.memflow.core.translate;

import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.PagingFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Physical memory from 0 on in which tests build x86-64 page tables entry by entry. */
@SuppressWarnings("MustBeClosedChecker") // The memory owns its arena and closes it.
final class SyntheticTables implements AutoCloseable {
    static final long PRESENT = 1;
    static final long WRITABLE = 2;
    static final long USER = 4;
    static final long PAGE_SIZE = 0x80;
    static final long GLOBAL = 0x100;
    static final long NO_EXECUTE = 1L << 63;
    static final long ALL_RIGHTS = PRESENT | WRITABLE | USER;
    static final long ROOT = 0x1000;
    static final int LENGTH = 4 << 20;

    final MemorySegment bytes;
    final PhysicalMemory memory;
    final PagingFormat format;
    private long nextTable = ROOT + 0x1000;

    SyntheticTables(PagingFormat format) {
        this.format = format;
        Arena arena = Arena.ofShared();
        bytes = arena.allocate(LENGTH);
        DirectMap map = DirectMap.builder().add(0, bytes, 0, LENGTH).build();
        memory = new MappedMemory(map, arena, ViewProperties.Access.READ_WRITE, "synthetic", List.of());
    }

    /** Address of the entry of a level (1 is the last) on the way to a virtual address; builds the tables above it. */
    long entry(long virtual, int level) {
        long table = ROOT;
        for (int above = format.levels().size(); above > level; above--) {
            long at = table + index(virtual, above) * Long.BYTES;
            if (get(at) == 0) {
                set(at, nextTable | ALL_RIGHTS);
                nextTable += 0x1000;
            }
            table = get(at) & 0x000F_FFFF_FFFF_F000L;
        }
        return table + index(virtual, level) * Long.BYTES;
    }

    /** Maps a page of level 1 (4 KiB), 2 (2 MiB) or 3 (1 GiB). */
    void map(long virtual, int level, long physicalAndFlags) {
        set(entry(virtual, level), physicalAndFlags | (level > 1 ? PAGE_SIZE : 0));
    }

    void set(long address, long value) {
        bytes.set(ScalarLayout.LONG_LITTLE, address, value);
    }

    long get(long address) {
        return bytes.get(ScalarLayout.LONG_LITTLE, address);
    }

    private static long index(long virtual, int level) {
        return (virtual >>> (12 + 9 * (level - 1))) & 0x1FF;
    }

    /** The same memory without direct access, so that tables are read by requests. */
    PhysicalMemory indirect() {
        return withoutDirectAccess(memory);
    }

    /** Another memory without direct access. */
    static PhysicalMemory withoutDirectAccess(PhysicalMemory hidden) {
        return new ForwardingMemory(hidden);
    }

    @Override
    public void close() {
        memory.close();
    }
}
