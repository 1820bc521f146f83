package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.address.PageType;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ScalarLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Walks page tables of any {@link PagingFormat} in physical memory. Reads tables in place where the memory is mapped.
 *
 * <p>Thread-safe: results live in the caller's {@link Translation}.
 */
public final class PageTableWalker {
    private final PhysicalMemory memory;
    private final @Nullable DirectMap direct;
    private final CompiledFormat compiled;
    private final int[] shifts;
    private final long[] indexMasks;

    public PageTableWalker(PhysicalMemory memory, PagingFormat format) {
        this.memory = memory;
        this.direct = memory.capability(DirectMap.class).orElse(null);
        this.compiled = new CompiledFormat(format);
        this.shifts = compiled.shifts;
        this.indexMasks = compiled.indexMasks;
    }

    public PagingFormat format() {
        return compiled.format;
    }

    /** The memory that holds the tables. */
    public PhysicalMemory memory() {
        return memory;
    }

    CompiledFormat compiled() {
        return compiled;
    }

    @Nullable
    DirectMap direct() {
        return direct;
    }

    /**
     * Translates one virtual address of a space of at most 64 bits.
     *
     * @param root physical address of the root table
     * @param virtual the address
     * @param out receives the outcome
     * @return whether the address translates
     */
    public boolean translate(long root, long virtual, Translation out) {
        if (compiled.format.isWide()) {
            return translate(0, root, 0, virtual, out);
        }
        out.physicalUpper = 0;
        if (!compiled.format.isCanonical(virtual)) {
            return end(out, Fault.NOT_CANONICAL, shifts.length, compiled.format.pageSize());
        }
        CompiledFormat tables = compiled;
        long table = root;
        int flags = 0;
        for (int i = 0; i < shifts.length; i++) {
            long address = table + (((virtual >>> shifts[i]) & indexMasks[i]) << tables.entryShift);
            if (!readEntry(address, out)) {
                return end(out, Fault.TABLE_UNREADABLE, shifts.length - i, 1L << shifts[i]);
            }
            long entry = out.physical;
            int rule = tables.match(i, entry);
            if (rule < 0) {
                return end(out, Fault.NOT_PRESENT, shifts.length - i, 1L << shifts[i]);
            }
            flags |= tables.flags(rule, entry);
            switch (tables.kinds[rule]) {
                case TABLE -> table = tables.physical(rule, entry);
                case PAGE -> {
                    long offset = tables.offsetMasks[rule];
                    out.physical = tables.physical(rule, entry) | (virtual & offset);
                    out.pageType = CompiledFormat.combine(flags);
                    return end(out, Fault.NONE, shifts.length - i, offset + 1);
                }
                case RESERVED -> {
                    return end(out, Fault.RESERVED_BITS, shifts.length - i, 1L << shifts[i]);
                }
            }
        }
        throw new AssertionError("an entry of the last level of " + tables.format.name() + " never names a table");
    }

    /**
     * Translates one virtual address of up to 128 bits.
     *
     * @param rootUpper bits 64 to 127 of the root table's physical address
     * @param root its low 64 bits
     * @param virtualUpper bits 64 to 127 of the virtual address
     * @param virtual its low 64 bits
     * @param out receives the outcome
     * @return whether the address translates
     */
    public boolean translate(long rootUpper, long root, long virtualUpper, long virtual, Translation out) {
        if (!compiled.format.isCanonical(virtualUpper, virtual)) {
            return end(out, Fault.NOT_CANONICAL, shifts.length, compiled.format.pageSize());
        }
        if (!compiled.format.isWide() && rootUpper == 0) {
            return translate(root, virtual, out);
        }
        long tableUpper = rootUpper;
        long table = root;
        int flags = 0;
        for (int i = 0; i < shifts.length; i++) {
            long index = WideWord.bitsFrom(virtualUpper, virtual, shifts[i]) & indexMasks[i];
            long address = table + (index << compiled.entryShift);
            long span = shifts[i] < Long.SIZE ? 1L << shifts[i] : 0;
            if (!readWideEntry(tableUpper, address, out)) {
                return end(out, Fault.TABLE_UNREADABLE, shifts.length - i, span);
            }
            long entry = out.physical;
            int rule = compiled.match(i, entry);
            if (rule < 0) {
                return end(out, Fault.NOT_PRESENT, shifts.length - i, span);
            }
            flags |= compiled.flags(rule, entry);
            long upper = out.physicalUpper & compiled.rules[rule].upperMask();
            switch (compiled.kinds[rule]) {
                case TABLE -> {
                    tableUpper = upper;
                    table = compiled.physical(rule, entry);
                }
                case PAGE -> {
                    long offset = compiled.offsetMasks[rule];
                    out.physicalUpper = upper;
                    out.physical = compiled.physical(rule, entry) | (virtual & offset);
                    out.pageType = CompiledFormat.combine(flags);
                    return end(out, Fault.NONE, shifts.length - i, offset + 1);
                }
                case RESERVED -> {
                    return end(out, Fault.RESERVED_BITS, shifts.length - i, span);
                }
            }
        }
        throw new AssertionError("an entry of the last level of " + compiled.format.name() + " never names a table");
    }

    private static boolean end(Translation out, Fault fault, int level, long span) {
        out.fault = fault;
        out.level = level;
        out.pageSize = span;
        return fault == Fault.NONE;
    }

    /** Reads one entry into {@code out.physical}. */
    private boolean readEntry(long address, Translation out) {
        DirectMap map = direct;
        if (map == null) {
            return readWideEntry(0, address, out);
        }
        int range = map.find(address);
        if (range < 0 || Address.below(map.end(range) - address, 1L << compiled.entryShift)) {
            return false;
        }
        try {
            MemorySegment segment = map.segment(range);
            long offset = map.offset(range, address);
            out.physical = compiled.entryShift == 3
                    ? segment.get(ScalarLayout.LONG_LITTLE, offset)
                    : segment.get(ScalarLayout.INT_LITTLE, offset) & 0xFFFF_FFFFL;
            return true;
        } catch (InternalError pageNotThere) {
            // The JVM's answer to SIGBUS: the mapped file became shorter.
            return false;
        }
    }

    /** Reads one entry of any size through the batch, into {@code out.physical} and {@code out.physicalUpper}. */
    private boolean readWideEntry(long upper, long address, Translation out) {
        int bytes = compiled.format.entryBytes();
        MemoryBatch read = out.entryRead;
        read.clear();
        read.upper(upper);
        read.add(address, out.entryScratch, 0, bytes, PageType.PAGE_TABLE);
        memory.read(read);
        if (read.status(0) != RequestStatus.WHOLE) {
            return false;
        }
        boolean wide = bytes > Long.BYTES;
        out.physical = ScalarLayout.get(out.entryScratch, 0, wide ? Long.BYTES : bytes, ByteOrder.LITTLE_ENDIAN);
        out.physicalUpper = wide ? out.entryScratch.get(ScalarLayout.LONG_LITTLE, Long.BYTES) : 0;
        return true;
    }
}
