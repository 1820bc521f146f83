package io.memflow.os.linux.discovery;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.PhysicalScan;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.paging.PagingFormat;
import io.memflow.core.paging.X86Paging;
import io.memflow.core.translate.PageTableWalker;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds root page tables of a Linux kernel on x86-64 without any symbol, by their shape.
 *
 * <p>The kernel image is mapped through the last entry of the level-4 table and entry 510 of the level-3 table below it
 * ({@code __START_KERNEL_map}), by a level-2 table with a run of 2 MiB pages. A page whose last entry leads to such a
 * level-3 table is a level-4 root; a page whose last entry leads to one of those is a level-5 root. One pass looks at the
 * last entry of every page and follows the few that could lead to a table. Confined.
 */
final class PageTableRootFinder {
    private static final long PAGE_BYTES = 4096;
    private static final int ENTRIES = 512;
    private static final long LAST_ENTRY = (ENTRIES - 1) * (long) Long.BYTES;
    /** Index of {@code __START_KERNEL_map} in its level-3 table. */
    private static final long IMAGE_ENTRY = 510 * (long) Long.BYTES;

    private static final long PRESENT = 1;
    private static final long PRESENT_OR_LARGE = 0x81;
    private static final long ADDRESS = X86Paging.ADDRESS;
    /**
     * Bit 7 is reserved in a root's entry (Intel SDM volume 3A, tables 4-14 and 4-15), and bits 62 to 52, which hardware
     * ignores there, are left clear by Linux ({@code _KERNPG_TABLE}, arch/x86/include/asm/pgtable_types.h).
     */
    private static final long ODD = 0x7FFL << 52 | 0x80;

    private static final long LARGE_PAGE_BYTES = 2 << 20;
    private static final long LARGE_PAGE_FRAME = ADDRESS & -LARGE_PAGE_BYTES;
    /** Smaller kernels than 10 MiB are not built; a run this long does not occur by chance. */
    private static final int LARGE_PAGES_IN_A_ROW = 5;
    /** A stale or early table of five levels has the image's and the fixmap's entry only. */
    private static final int FEWEST_LEVEL5_KERNEL_ENTRIES = 3;
    /**
     * All processes of a kernel share the table below the last entry, so the real one has the most roots above it.
     * Looking at more than these would let a made-up image take as long as it likes.
     */
    private static final int MOST_SHARED_TABLES = 64;

    private static final long NO_TABLE = -1;

    private final PhysicalMemory memory;
    private final long memoryEnd;
    private final MemorySegment entryBuffer = MemorySegment.ofArray(new long[1]);
    private final MemorySegment tableBuffer = MemorySegment.ofArray(new long[ENTRIES]);
    /** Roots by the table their last entry leads to. */
    private final Map<Long, List<Long>> level4 = new LinkedHashMap<>();

    private final Map<Long, List<Long>> level5 = new LinkedHashMap<>();

    PageTableRootFinder(PhysicalMemory memory) {
        this.memory = memory;
        this.memoryEnd = memory.map().end();
    }

    /** Candidates, the most likely one first. */
    List<RootCandidate> find() {
        PhysicalScan.pages(memory, this::collect);
        List<RootCandidate> candidates = new ArrayList<>();
        addCandidates(X86Paging.LEVEL4, level4, candidates);
        List<RootCandidate> deep = new ArrayList<>();
        addCandidates(X86Paging.LEVEL5, level5, deep);
        deep.removeIf(found -> found.kernelEntries() < FEWEST_LEVEL5_KERNEL_ENTRIES);
        candidates.addAll(deep);
        candidates.sort(Comparator.comparing((RootCandidate found) -> !found.liesInsideImage())
                // Words of an image's data lead to a root by chance, and so would make a root of more levels.
                .thenComparing(RootCandidate::isUnlikely)
                .thenComparingInt(found -> -found.format().levels().size())
                .thenComparing(found -> found.userEntries() != 0)
                .thenComparingInt(found -> -found.kernelEntries())
                .thenComparing(RootCandidate::root, Long::compareUnsigned));
        return candidates;
    }

    private void collect(long physical, MemorySegment chunk) {
        long size = chunk.byteSize();
        for (long page = 0; page < size; page += PAGE_BYTES) {
            long table = tableIn(chunk.get(ScalarLayout.LONG_LITTLE, page + LAST_ENTRY));
            if (table != NO_TABLE) {
                classify(physical + page, table);
            }
        }
    }

    private void classify(long page, long table) {
        if (mapsImage(table)) {
            level4.computeIfAbsent(table, key -> new ArrayList<>()).add(page);
            return;
        }
        long below = entry(table + LAST_ENTRY);
        if (below != NO_TABLE && mapsImage(below)) {
            level5.computeIfAbsent(table, key -> new ArrayList<>()).add(page);
        }
    }

    /** Whether entry 510 of a level-3 table leads to a level-2 table that maps a run of ascending 2 MiB pages. */
    private boolean mapsImage(long level3) {
        long level2 = entry(level3 + IMAGE_ENTRY);
        return level2 != NO_TABLE
                && memory.tryRead(level2, tableBuffer) == Fault.NONE
                && hasRunOfLargePages(tableBuffer);
    }

    /** The table that the entry at a physical address leads to. */
    private long entry(long address) {
        return memory.tryRead(address, entryBuffer) == Fault.NONE
                ? tableIn(entryBuffer.get(ScalarLayout.LONG_LITTLE, 0))
                : NO_TABLE;
    }

    private long tableIn(long entry) {
        long table = entry & ADDRESS;
        return (entry & PRESENT_OR_LARGE) == PRESENT && Long.compareUnsigned(table, memoryEnd) < 0 ? table : NO_TABLE;
    }

    private static boolean hasRunOfLargePages(MemorySegment table) {
        int run = 0;
        long previous = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long entry = table.get(ScalarLayout.LONG_LITTLE, i * (long) Long.BYTES);
            boolean large = (entry & PRESENT_OR_LARGE) == PRESENT_OR_LARGE;
            long frame = entry & LARGE_PAGE_FRAME;
            boolean continues = run > 0 && frame == previous + LARGE_PAGE_BYTES;
            run = !large ? 0 : continues ? run + 1 : 1;
            if (run >= LARGE_PAGES_IN_A_ROW) {
                return true;
            }
            previous = frame;
        }
        return false;
    }

    private void addCandidates(PagingFormat format, Map<Long, List<Long>> roots, List<RootCandidate> candidates) {
        PageTableWalker walker = new PageTableWalker(memory, format);
        roots.values().stream()
                .sorted(Comparator.comparingInt((List<Long> sharing) -> -sharing.size()))
                .limit(MOST_SHARED_TABLES)
                .forEach(sharing -> KernelImage.mappedBy(walker, sharing.getFirst())
                        .ifPresent(image -> sharing.forEach(root -> addCandidate(root, format, image, candidates))));
    }

    private void addCandidate(long root, PagingFormat format, KernelImage image, List<RootCandidate> candidates) {
        if (memory.tryRead(root, tableBuffer) == Fault.NONE) {
            int user = 0;
            int kernel = 0;
            int odd = 0;
            for (int i = 0; i < ENTRIES; i++) {
                long entry = tableBuffer.get(ScalarLayout.LONG_LITTLE, i * (long) Long.BYTES);
                int present = (int) (entry & PRESENT);
                user += i < ENTRIES / 2 ? present : 0;
                kernel += i < ENTRIES / 2 ? 0 : present;
                odd += (entry & ODD) == 0 ? 0 : present;
            }
            candidates.add(new RootCandidate(root, format, image, kernel, user, odd));
        }
    }
}
