package io.memflow.os.linux.discovery;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.util.Optional;

/**
 * The map of all memory that an x86-64 kernel keeps, {@code page_offset_base}: most of the kernel's objects are addressed
 * through it. It is one distance all over, so where its page tables were overwritten it can be made anew, with copies of what else
 * its upper tables lead to. Confined to one call.
 */
final class LinearMap {
    /** {@code PUD_SIZE}: where KASLR may put the map (arch/x86/mm/kaslr.c). */
    private static final long GRANULE = 1L << 30;

    private static final long LARGE_PAGE = 2L << 20;
    /** Pages of each large one that are looked at: a kernel unmaps single ones on purpose. */
    private static final int SAMPLES = 4;
    /** What the widest x86-64 machines have, 64 TiB: the tables take a 512th of a thousandth of it. */
    private static final long MOST_MEMORY = 1L << 46;

    private final PhysicalMemory memory;
    private final PagingFormat format;
    private final long base;

    private LinearMap(PhysicalMemory memory, PagingFormat format, long base) {
        this.memory = memory;
        this.format = format;
        this.base = base;
    }

    /**
     * A repaired address space.
     *
     * @param memory the kernel's address space
     * @param lost large pages of memory that were not mapped as they must be
     */
    record Repaired(VirtualMemory memory, long lost) {}

    /**
     * The kernel's address space with its map of all memory made anew.
     *
     * @param base virtual address of physical address 0
     * @return empty when nothing of it is damaged, or the target's memory is not mapped into this process
     */
    static Optional<Repaired> repair(VirtualMemory view, long base) {
        PhysicalMemory memory = view.physical();
        boolean known = view.format().levels().getLast().shift() == 12
                && base < 0
                && base % GRANULE == 0
                && (view.format().equals(X86Paging.LEVEL4) || view.format().equals(X86Paging.LEVEL5));
        Optional<DirectMap> direct = memory.capability(DirectMap.class);
        if (!known || direct.isEmpty() || Long.compareUnsigned(memory.map().end(), MOST_MEMORY) > 0) {
            return Optional.empty();
        }
        LinearMap map = new LinearMap(memory, view.format(), base);
        long lost = map.lost(view);
        return lost == 0 ? Optional.empty() : Optional.of(new Repaired(map.made(view.root(), direct.get()), lost));
    }

    /** How many large pages of memory are not where they must be. */
    private long lost(VirtualMemory view) {
        Translation translation = new Translation();
        long lost = 0;
        for (AddressRange range : memory.map().ranges()) {
            for (long large = range.start() & -LARGE_PAGE; large < range.end(); large += LARGE_PAGE) {
                int missing = 0;
                int looked = 0;
                for (int sample = 0; sample < SAMPLES; sample++) {
                    long page = large + sample * (LARGE_PAGE / SAMPLES);
                    if (range.start() <= page && page < range.end()) {
                        looked++;
                        boolean mapped = view.translate(base + page, translation) && translation.physical() == page;
                        missing += mapped ? 0 : 1;
                    }
                }
                lost += looked == SAMPLES && missing >= SAMPLES - 1 ? 1 : 0;
            }
        }
        return lost;
    }

    private VirtualMemory made(long root, DirectMap direct) {
        NewTables tables = new NewTables(memory);
        long newRoot = tables.copy(root);
        long end = memory.map().end();
        for (long physical = 0; Long.compareUnsigned(physical, end) < 0; physical += GRANULE) {
            long table = newRoot;
            for (int shift = format.levels().getFirst().shift();
                    shift > NewTables.GRANULE_SHIFT;
                    shift -= NewTables.INDEX_BITS) {
                table = tables.child(table, NewTables.index(base + physical, shift));
            }
            long large = tables.empty();
            for (int i = 0; i < NewTables.ENTRIES; i++) {
                tables.map(large, i, physical + ((long) i << NewTables.LARGE_SHIFT));
            }
            tables.lead(table, NewTables.index(base + physical, NewTables.GRANULE_SHIFT), large);
        }
        PhysicalMemory repaired = tables.joined(direct);
        return new VirtualMemory(repaired, new PageTableWalker(repaired, format), newRoot);
    }
}
