package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.EntryRule;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.PagingLevel;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows the entries of page tables as they are, for those who know what an OS keeps in entries that are not present. For
 * tables of 64-bit spaces with entries of at most 8 bytes. Reads a table of the last level as a whole, and keeps it: make a
 * new one to see a running target's changes. Confined.
 */
public final class TableEntries {
    private final PhysicalMemory memory;
    private final PagingFormat format;
    private final long root;
    private final MemoryBatch batch = new MemoryBatch(1);
    private final MemorySegment single = MemorySegment.ofArray(new byte[Long.BYTES]);

    /** The table that was read last, by the virtual address it begins at. */
    private MemorySegment table = MemorySegment.NULL;

    private long tableStart = -1;

    /**
     * @throws IllegalArgumentException when its entries are wider than 8 bytes
     */
    public TableEntries(PhysicalMemory memory, AddressSpace.Tree tree) {
        if (tree.format().isWide()) {
            throw new IllegalArgumentException(tree.format().name() + ": its entries are wider than 64 bits");
        }
        this.memory = memory;
        format = tree.format();
        root = tree.root();
    }

    /** The entry that ends the walk for an address: the first that names no further table. */
    public TableEntry find(long virtual) {
        List<PagingLevel> levels = format.levels();
        if (!format.isCanonical(virtual)) {
            return new TableEntry(Fault.NOT_CANONICAL, 0, levels.getLast(), 1, virtual, 1);
        }
        long at = root;
        for (int i = 0; i < levels.size(); i++) {
            PagingLevel level = levels.get(i);
            int number = levels.size() - i;
            long start = virtual & -(1L << level.shift());
            boolean last = number == 1;
            if (last ? !load(at, virtual, level) : !read(at + index(level, virtual) * format.entryBytes())) {
                return new TableEntry(Fault.TABLE_UNREADABLE, 0, level, number, start, 1L << level.shift());
            }
            if (last) {
                return ofTable(virtual, level);
            }
            long entry = word(single, 0);
            EntryRule rule = match(level, entry);
            if (rule == null || rule.kind() != EntryRule.Kind.TABLE) {
                return new TableEntry(Fault.NONE, entry, level, number, start, 1L << level.shift());
            }
            at = rule.physical(entry);
        }
        throw new AssertionError("an entry of the last level of " + format.name() + " never names a table");
    }

    private static long index(PagingLevel level, long virtual) {
        return virtual >>> level.shift() & ((1L << level.indexBits()) - 1);
    }

    private long word(MemorySegment bytes, long index) {
        return ScalarLayout.get(bytes, index * format.entryBytes(), format.entryBytes(), ByteOrder.LITTLE_ENDIAN);
    }

    private boolean read(long physical) {
        return readInto(single, physical, format.entryBytes());
    }

    private boolean readInto(MemorySegment buffer, long physical, long bytes) {
        batch.clear();
        batch.add(physical, buffer, 0, bytes, PageType.PAGE_TABLE);
        memory.read(batch);
        return batch.status(0) == RequestStatus.WHOLE;
    }

    private boolean load(long physical, long virtual, PagingLevel level) {
        long span = 1L << (level.shift() + level.indexBits());
        long start = virtual & -span;
        if (start == tableStart) {
            return true;
        }
        long bytes = (1L << level.indexBits()) * format.entryBytes();
        if (table.byteSize() != bytes) {
            table = MemorySegment.ofArray(new byte[(int) bytes]);
        }
        tableStart = -1;
        if (!readInto(table, physical, bytes)) {
            return false;
        }
        tableStart = start;
        return true;
    }

    /** An entry of the loaded table; as many of its followers as are 0 like it count as one with it. */
    private TableEntry ofTable(long virtual, PagingLevel level) {
        long count = 1L << level.indexBits();
        long index = index(level, virtual);
        long entry = word(table, index);
        long after = index + 1;
        while (entry == 0 && after < count && word(table, after) == 0) {
            after++;
        }
        return new TableEntry(
                Fault.NONE, entry, level, 1, virtual & -(1L << level.shift()), (after - index) << level.shift());
    }

    private static @Nullable EntryRule match(PagingLevel level, long entry) {
        for (EntryRule rule : level.rules()) {
            if (rule.matches(entry)) {
                return rule;
            }
        }
        return null;
    }
}
