package io.memflow.core.translate;

import io.memflow.core.address.PageType;
import io.memflow.core.cache.MomentBlocks;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedFaults;
import io.memflow.core.memory.MemoryBatch;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.RequestStatus;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.AddressSpace;
import io.memflow.core.paging.EntryRule;
import io.memflow.core.paging.PagingFormat;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Walks page tables of any {@link PagingFormat} in physical memory. Reads tables in place where the memory is mapped.
 *
 * <p>Thread-safe: results live in the caller's {@link Translation} or {@link TranslationList}.
 */
public final class PageTableWalker {
    private final PhysicalMemory memory;
    private final CompiledFormat compiled;
    private final CompiledLevel[] levels;
    private final int entryShift;
    /** The tables where they are mapped and have entries of at most 8 bytes. */
    private final @Nullable DirectTables direct;
    /** The usual case of {@link #direct}. */
    private final @Nullable StraightWalk straight;

    public PageTableWalker(PhysicalMemory memory, PagingFormat format) {
        this.memory = memory;
        compiled = new CompiledFormat(format);
        levels = compiled.levels;
        entryShift = compiled.entryShift;
        DirectMap map = memory.capability(DirectMap.class).orElse(null);
        direct = map == null || compiled.wide ? null : new DirectTables(map, entryShift);
        straight = StraightWalk.of(compiled, map);
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
    StraightWalk straight() {
        return straight;
    }

    @Nullable
    DirectTables direct() {
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
        DirectTables tables = direct;
        if (tables == null) {
            return translate(0, root, 0, virtual, out);
        }
        StraightWalk walk = straight;
        try {
            if (walk != null && walk.translate(root, virtual, out)) {
                MappedFaults.raise(out.physical);
                return true;
            }
            out.physicalUpper = 0;
            if (!compiled.format.isCanonical(virtual)) {
                return end(out, Fault.NOT_CANONICAL, compiled.last);
            }
            boolean isMapped = translateMapped(tables, root, virtual, out);
            MappedFaults.raise();
            return isMapped;
        } catch (InternalError pageNotThere) {
            // The batch says at which level.
            return translateFetched(0, root, 0, virtual, out);
        }
    }

    private boolean translateMapped(DirectTables tables, long root, long virtual, Translation out) {
        long table = root;
        int flags = 0;
        for (CompiledLevel level : levels) {
            long address = table + (((virtual >>> level.shift) & level.indexMask) << entryShift);
            if (!tables.holds(address)) {
                return end(out, Fault.TABLE_UNREADABLE, level);
            }
            long entry = tables.entry(address);
            CompiledRule rule = level.table;
            if ((entry & rule.mask) != rule.value) {
                rule = level.page;
                if ((entry & rule.mask) != rule.value) {
                    rule = level.match(entry);
                    if (rule == null) {
                        return end(out, Fault.NOT_PRESENT, level);
                    }
                }
                if (rule.kind == EntryRule.Kind.RESERVED) {
                    return end(out, Fault.RESERVED_BITS, level);
                }
                if (rule.kind == EntryRule.Kind.PAGE) {
                    return page(out, rule, entry, virtual, flags, level);
                }
            }
            flags |= rule.flags.of(entry);
            table = rule.physical(entry);
        }
        throw neverEnds();
    }

    private static boolean page(
            Translation out, CompiledRule rule, long entry, long virtual, int flags, CompiledLevel level) {
        out.physical = rule.physical(entry) | (virtual & rule.offsetMask);
        out.pageType = rule.flags.combined(entry, flags);
        out.pageSize = rule.offsetMask + 1;
        out.fault = Fault.NONE;
        out.level = level.number;
        return true;
    }

    private static boolean end(Translation out, Fault fault, CompiledLevel level) {
        out.fault = fault;
        out.level = level.number;
        out.pageSize = level.shift < Long.SIZE ? 1L << level.shift : 0;
        return false;
    }

    private AssertionError neverEnds() {
        return new AssertionError("an entry of the last level of " + compiled.format.name() + " never names a table");
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
            return end(out, Fault.NOT_CANONICAL, compiled.last);
        }
        if (direct != null && rootUpper == 0) {
            return translate(root, virtual, out);
        }
        return translateFetched(rootUpper, root, virtualUpper, virtual, out);
    }

    private boolean translateFetched(long rootUpper, long root, long virtualUpper, long virtual, Translation out) {
        long tableUpper = rootUpper;
        long table = root;
        int flags = 0;
        for (CompiledLevel level : levels) {
            long index = WideWord.bitsFrom(virtualUpper, virtual, level.shift) & level.indexMask;
            if (!readEntry(tableUpper, table + (index << entryShift), out)) {
                return end(out, Fault.TABLE_UNREADABLE, level);
            }
            long entry = out.physical;
            CompiledRule rule = level.match(entry);
            if (rule == null) {
                return end(out, Fault.NOT_PRESENT, level);
            }
            long upper = out.physicalUpper & rule.upperMask;
            switch (rule.kind) {
                case TABLE -> {
                    flags |= rule.flags.of(entry);
                    tableUpper = upper;
                    table = rule.physical(entry);
                }
                case PAGE -> {
                    out.physicalUpper = upper;
                    return page(out, rule, entry, virtual, flags, level);
                }
                case RESERVED -> {
                    return end(out, Fault.RESERVED_BITS, level);
                }
            }
        }
        throw neverEnds();
    }

    /** Reads one entry of any size through the batch, into {@code out.physical} and {@code out.physicalUpper}. */
    private boolean readEntry(long upper, long address, Translation out) {
        int bytes = 1 << entryShift;
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

    /**
     * Translates every address of a list. Where the memory is mapped, tables are read in place; elsewhere each level of
     * the tables is one batched read for the whole list.
     *
     * @param tree the tables; of this walker's format
     */
    public void translate(AddressSpace.Tree tree, TranslationList list) {
        DirectTables tables = direct;
        if (tables == null || list.upper() != 0 || tree.rootUpper() != 0) {
            StagedListTranslator.translate(compiled, memory, tree, list);
        } else {
            list.forgetUppers();
            DirectListTranslator.translate(compiled, tables, tree.root(), list);
        }
    }

    /**
     * The physical address of bytes that lie in one page, where all tables on the way are mapped and 64 bits suffice;
     * otherwise {@link SpaceTranslator#NOT_IN_ONE_PAGE}.
     */
    long directAddress(AddressSpace.Tree tree, long virtual, int bytes) {
        return readyAddress(direct, tree, virtual, bytes);
    }

    /** As {@link #directAddress}, where the tables are in this thread's moment, which keeps what is found. */
    long momentAddress(MomentBlocks moment, AddressSpace.Tree tree, long virtual, int bytes) {
        if (compiled.wide || tree.rootUpper() != 0) {
            return SpaceTranslator.NOT_IN_ONE_PAGE;
        }
        long offset = virtual & (compiled.format.pageSize() - 1);
        long page = virtual - offset;
        long frame = moment.frame(this, tree.root(), page);
        if (frame >= 0 && offset + bytes <= compiled.format.pageSize()) {
            return frame + offset;
        }
        long address = readyAddress(new MomentTables(moment, 1 << entryShift), tree, virtual, bytes);
        if (address != SpaceTranslator.NOT_IN_ONE_PAGE && address >= 0) {
            moment.remember(this, tree.root(), page, address - offset);
        }
        return address;
    }

    private long readyAddress(@Nullable ReadyTables tables, AddressSpace.Tree tree, long virtual, int bytes) {
        if (tables == null || tree.rootUpper() != 0 || !compiled.format.isCanonical(virtual)) {
            return SpaceTranslator.NOT_IN_ONE_PAGE;
        }
        try {
            long address = walkReady(tables, tree.root(), virtual, bytes);
            MappedFaults.raise(address);
            return address;
        } catch (InternalError pageNotThere) {
            return SpaceTranslator.NOT_IN_ONE_PAGE;
        }
    }

    private long walkReady(ReadyTables tables, long root, long virtual, int bytes) {
        long table = root;
        for (CompiledLevel level : levels) {
            long address = table + (((virtual >>> level.shift) & level.indexMask) << entryShift);
            if (!tables.holds(address)) {
                return SpaceTranslator.NOT_IN_ONE_PAGE;
            }
            long entry = tables.entry(address);
            if ((entry & level.table.mask) == level.table.value) {
                table = level.table.physical(entry);
                continue;
            }
            CompiledRule page = level.page;
            long offset = virtual & page.offsetMask;
            boolean inPage = (entry & page.mask) == page.value && offset + bytes - 1 <= page.offsetMask;
            return inPage ? page.physical(entry) | offset : SpaceTranslator.NOT_IN_ONE_PAGE;
        }
        throw neverEnds();
    }
}
