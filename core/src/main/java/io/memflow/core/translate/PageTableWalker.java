package io.memflow.core.translate;

import io.memflow.core.address.Address;
import io.memflow.core.address.PageType;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
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
    /** An entry that cannot be present in any format: stands for a table that could not be read. */
    private static final long UNREADABLE = 0;

    private final PhysicalMemory memory;
    private final @Nullable DirectMap direct;
    private final PagingFormat format;
    private final int[] shifts;
    private final long[] indexMasks;
    private final PagingLevel.Leaf[] leaves;

    public PageTableWalker(PhysicalMemory memory, PagingFormat format) {
        this.memory = memory;
        this.direct = memory.capability(DirectMap.class).orElse(null);
        this.format = format;
        int depth = format.levels().size();
        shifts = new int[depth];
        indexMasks = new long[depth];
        leaves = new PagingLevel.Leaf[depth];
        for (int i = 0; i < depth; i++) {
            PagingLevel level = format.levels().get(i);
            shifts[i] = level.shift();
            indexMasks[i] = (1L << level.indexBits()) - 1;
            leaves[i] = level.leaf();
        }
    }

    public PagingFormat format() {
        return format;
    }

    /**
     * Translates one virtual address.
     *
     * @param root physical address of the root table
     * @param virtual the address
     * @param out receives the outcome
     * @return whether the address translates
     */
    public boolean translate(long root, long virtual, Translation out) {
        if (!format.isCanonical(virtual)) {
            return end(out, Fault.NOT_CANONICAL, shifts.length, format.pageSize());
        }
        long table = root;
        long allowed = format.writableMask() | format.userMask();
        long forbidden = 0;
        for (int i = 0; i < shifts.length; i++) {
            long index = (virtual >>> shifts[i]) & indexMasks[i];
            long entry = readEntry(table + index * format.entryBytes(), out);
            int level = shifts.length - i;
            long span = 1L << shifts[i];
            if ((entry & format.presentMask()) == 0) {
                Fault fault = out.fault == Fault.TABLE_UNREADABLE ? Fault.TABLE_UNREADABLE : Fault.NOT_PRESENT;
                return end(out, fault, level, span);
            }
            allowed &= entry;
            forbidden |= entry & format.noExecuteMask();
            if (isLeaf(i, entry)) {
                // The address bits below the page's size are not part of its frame (on x86 the PAT bit lies there).
                long frame = entry & format.addressMask() & -span;
                out.physical = frame | (virtual & (span - 1));
                out.pageType = pageType(allowed, forbidden, entry);
                return end(out, Fault.NONE, level, span);
            }
            if (leaves[i] == PagingLevel.Leaf.NEVER && (entry & format.sizeMask()) != 0) {
                return end(out, Fault.RESERVED_BITS, level, span);
            }
            table = entry & format.addressMask();
        }
        throw new AssertionError("the last level of " + format.name() + " is always a leaf");
    }

    private boolean isLeaf(int levelIndex, long entry) {
        return switch (leaves[levelIndex]) {
            case ALWAYS -> true;
            case WHEN_SIZE_BIT -> (entry & format.sizeMask()) != 0;
            case NEVER -> false;
        };
    }

    private static boolean end(Translation out, Fault fault, int level, long span) {
        out.fault = fault;
        out.level = level;
        out.pageSize = span;
        return fault == Fault.NONE;
    }

    /** Reads one entry; on failure leaves {@link Fault#TABLE_UNREADABLE} in {@code out} and returns an absent entry. */
    private long readEntry(long address, Translation out) {
        out.fault = Fault.NONE;
        DirectMap map = direct;
        if (map != null) {
            int range = map.find(address);
            if (range >= 0 && !Address.below(map.end(range) - address, format.entryBytes())) {
                try {
                    return entryAt(map.segment(range), map.offset(range, address));
                } catch (InternalError pageNotThere) {
                    // The JVM's answer to SIGBUS: the mapped file became shorter.
                    out.fault = Fault.TABLE_UNREADABLE;
                    return UNREADABLE;
                }
            }
        } else {
            MemorySegment scratch = out.entryScratch;
            MemorySegment entry = format.entryBytes() == Long.BYTES ? scratch : scratch.asSlice(0, format.entryBytes());
            if (memory.tryRead(address, entry) == Fault.NONE) {
                return entryAt(entry, 0);
            }
        }
        out.fault = Fault.TABLE_UNREADABLE;
        return UNREADABLE;
    }

    private long entryAt(MemorySegment segment, long offset) {
        return format.entryBytes() == Long.BYTES
                ? segment.get(ScalarLayout.LONG_LITTLE, offset)
                : ScalarLayout.get(segment, offset, format.entryBytes(), ByteOrder.LITTLE_ENDIAN);
    }

    private int pageType(long allowed, long forbidden, long leaf) {
        int type = (allowed & format.writableMask()) != 0 ? PageType.WRITABLE : PageType.READ_ONLY;
        type |= (allowed & format.userMask()) != 0 ? PageType.USER : PageType.NONE;
        type |= forbidden != 0 ? PageType.NO_EXECUTE : PageType.NONE;
        type |= (leaf & format.globalMask()) != 0 ? PageType.GLOBAL : PageType.NONE;
        type |= (leaf & format.dirtyMask()) != 0 ? PageType.DIRTY : PageType.NONE;
        type |= (leaf & format.accessedMask()) != 0 ? PageType.ACCESSED : PageType.NONE;
        return type;
    }
}
