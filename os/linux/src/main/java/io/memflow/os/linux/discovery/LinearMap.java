package io.memflow.os.linux.discovery;

import io.memflow.core.address.AddressRange;
import io.memflow.core.memory.DirectMap;
import io.memflow.core.memory.Fault;
import io.memflow.core.memory.MappedMemory;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.memory.ViewProperties;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.Translation;
import io.memflow.core.translate.VirtualMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The map of all memory that an x86-64 kernel keeps, {@code page_offset_base}: most of the kernel's objects are addressed
 * through it. It is one distance all over, so where its page tables were overwritten it can be made anew: in memory of our
 * own behind the target's, with copies of what else its upper tables lead to. Confined to one call.
 */
final class LinearMap {
    /** {@code PUD_SIZE}: where KASLR may put the map (arch/x86/mm/kaslr.c). */
    private static final long GRANULE = 1L << 30;

    private static final long LARGE_PAGE = 2L << 20;
    private static final int LARGE_SHIFT = 21;
    private static final int GRANULE_SHIFT = 30;
    private static final int INDEX_BITS = 9;
    private static final int ENTRIES = 1 << INDEX_BITS;
    private static final int PAGE_BYTES = 4096;
    /** Present, writable, accessed, dirty; and large (arch/x86/include/asm/pgtable_types.h). */
    private static final long TABLE_FLAGS = 0x63;

    private static final long LARGE_FLAGS = 0xE3;
    /** Pages of each large one that are looked at: a kernel unmaps single ones on purpose. */
    private static final int SAMPLES = 4;
    /** What the widest x86-64 machines have, 64 TiB: the tables take a 512th of a thousandth of it. */
    private static final long MOST_MEMORY = 1L << 46;

    private final PhysicalMemory memory;
    private final PagingFormat format;
    private final long base;
    private final long newTables;
    private final Map<Long, long[]> tables = new HashMap<>();
    private long nextTable;

    private LinearMap(PhysicalMemory memory, PagingFormat format, long base) {
        this.memory = memory;
        this.format = format;
        this.base = base;
        newTables = (memory.map().end() + GRANULE - 1) & -GRANULE;
        nextTable = newTables;
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
        long newRoot = copy(root);
        long end = memory.map().end();
        for (long physical = 0; Long.compareUnsigned(physical, end) < 0; physical += GRANULE) {
            long table = newRoot;
            for (int shift = format.levels().getFirst().shift(); shift > GRANULE_SHIFT; shift -= INDEX_BITS) {
                table = child(table, index(base + physical, shift));
            }
            set(table, index(base + physical, GRANULE_SHIFT), largePages(physical) | TABLE_FLAGS);
        }
        PhysicalMemory repaired = joined(direct);
        return new VirtualMemory(repaired, new PageTableWalker(repaired, format), newRoot);
    }

    private static int index(long virtual, int shift) {
        return (int) (virtual >>> shift) & (ENTRIES - 1);
    }

    private void set(long table, int index, long entry) {
        tables.getOrDefault(table, new long[ENTRIES])[index] = entry;
    }

    /** A new table with what the old one holds; empty when there is none. */
    private long copy(long old) {
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
        long table = nextTable;
        nextTable += PAGE_BYTES;
        tables.put(table, entries);
        return table;
    }

    /** The new table below an entry of a new table. */
    private long child(long table, int index) {
        long below = tables.getOrDefault(table, new long[ENTRIES])[index] & X86Paging.ADDRESS;
        if (tables.containsKey(below)) {
            return below;
        }
        long made = copy(below);
        set(table, index, made | TABLE_FLAGS);
        return made;
    }

    private long largePages(long physical) {
        long[] entries = new long[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            entries[i] = physical + ((long) i << LARGE_SHIFT) | LARGE_FLAGS;
        }
        return add(entries);
    }

    /** The target's memory with the new tables behind it. */
    private PhysicalMemory joined(DirectMap direct) {
        MemorySegment bytes = Arena.ofAuto().allocate(nextTable - newTables, PAGE_BYTES);
        tables.forEach((table, entries) -> {
            for (int i = 0; i < ENTRIES; i++) {
                bytes.set(ScalarLayout.LONG_LITTLE, table - newTables + (long) i * Long.BYTES, entries[i]);
            }
        });
        DirectMap.Builder builder = DirectMap.builder();
        for (int range = 0; range < direct.rangeCount(); range++) {
            long start = direct.start(range);
            builder.add(start, direct.segment(range), direct.offset(range, start), direct.end(range) - start);
        }
        builder.add(newTables, bytes, 0, bytes.byteSize());
        return new MappedMemory(
                builder.build(),
                Arena.ofAuto(),
                ViewProperties.Access.READ_ONLY,
                memory.description() + " with repaired page tables",
                memory.defects());
    }
}
