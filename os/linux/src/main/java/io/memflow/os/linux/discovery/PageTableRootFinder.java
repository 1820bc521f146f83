package io.memflow.os.linux.discovery;

import io.memflow.core.memory.Fault;
import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.memory.ScalarLayout;
import io.memflow.core.translate.PageTableWalker;
import io.memflow.core.translate.PagingFormat;
import io.memflow.core.translate.X86Paging;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Finds root page tables of a Linux kernel on x86-64 without any symbol, by their shape.
 *
 * <p>The kernel image is mapped through the last entry of the level-4 table and entry 510 of the level-3 table below it
 * ({@code __START_KERNEL_map}), by a level-2 table with a run of 2 MiB pages. A page whose last entry leads to such a
 * level-3 table is a level-4 root; a page whose last entry leads to one of those is a level-5 root. One pass looks at
 * the last entry of every page.
 */
final class PageTableRootFinder {
    private static final long PAGE_BYTES = 4096;
    private static final int ENTRIES = 512;
    private static final long LAST_ENTRY = (ENTRIES - 1) * (long) Long.BYTES;
    /** Index of {@code __START_KERNEL_map} in its level-3 table. */
    private static final long IMAGE_ENTRY = 510 * (long) Long.BYTES;

    private static final long PRESENT = 1;
    private static final long PRESENT_OR_LARGE = 0x81;
    private static final long ADDRESS = X86Paging.LEVEL4.addressMask();
    private static final long LARGE_PAGE_BYTES = 2 << 20;
    private static final long LARGE_PAGE_FRAME = ADDRESS & -LARGE_PAGE_BYTES;
    /** Smaller kernels than 10 MiB are not built; a run this long does not occur by chance. */
    private static final int LARGE_PAGES_IN_A_ROW = 5;
    /** A stale or early table of five levels has the image's and the fixmap's entry only. */
    private static final int FEWEST_LEVEL5_KERNEL_ENTRIES = 3;

    private final PhysicalMemory memory;
    private final MemorySegment entryBuffer = MemorySegment.ofArray(new long[1]);
    private final MemorySegment tableBuffer = MemorySegment.ofArray(new long[ENTRIES]);
    private final Map<Long, Boolean> level3Tables = new HashMap<>();

    /** Pages whose last entry could lead to a table, and where it leads. */
    private long[] pages = new long[1024];

    private long[] targets = new long[1024];
    private int pageCount;

    PageTableRootFinder(PhysicalMemory memory) {
        this.memory = memory;
    }

    /** Candidates, the most likely one first. */
    List<RootCandidate> find() {
        long end = memory.map().end();
        PhysicalScan.pages(memory, (physical, chunk) -> collect(physical, chunk, end));
        List<RootCandidate> candidates = new ArrayList<>();
        Set<Long> level4 = new HashSet<>();
        addCandidates(X86Paging.LEVEL4, this::isLevel3, candidates);
        candidates.forEach(found -> level4.add(found.root()));
        List<RootCandidate> level5 = new ArrayList<>();
        addCandidates(X86Paging.LEVEL5, level4::contains, level5);
        level5.removeIf(found -> found.kernelEntries() < FEWEST_LEVEL5_KERNEL_ENTRIES);
        candidates.addAll(level5);
        candidates.sort(Comparator.comparing((RootCandidate found) -> !found.liesInsideImage())
                .thenComparingInt(found -> -depth(found.format()))
                .thenComparing(found -> found.userEntries() != 0)
                .thenComparingInt(found -> -found.kernelEntries())
                .thenComparing(RootCandidate::root, Long::compareUnsigned));
        return candidates;
    }

    private static int depth(PagingFormat format) {
        return format.levels().size();
    }

    private void collect(long physical, MemorySegment chunk, long memoryEnd) {
        long size = chunk.byteSize();
        for (long page = 0; page < size; page += PAGE_BYTES) {
            long entry = chunk.get(ScalarLayout.LONG_LITTLE, page + LAST_ENTRY);
            long target = entry & ADDRESS;
            if ((entry & PRESENT_OR_LARGE) == PRESENT && Long.compareUnsigned(target, memoryEnd) < 0) {
                if (pageCount == pages.length) {
                    pages = Arrays.copyOf(pages, pageCount * 2);
                    targets = Arrays.copyOf(targets, pageCount * 2);
                }
                pages[pageCount] = physical + page;
                targets[pageCount++] = target;
            }
        }
    }

    /** Whether entry 510 of the table leads to a level-2 table that maps a run of ascending 2 MiB pages. */
    private boolean isLevel3(long table) {
        return level3Tables.computeIfAbsent(table, address -> {
            if (memory.tryRead(address + IMAGE_ENTRY, entryBuffer) != Fault.NONE) {
                return false;
            }
            long entry = entryBuffer.get(ScalarLayout.LONG_LITTLE, 0);
            return (entry & PRESENT_OR_LARGE) == PRESENT
                    && memory.tryRead(entry & ADDRESS, tableBuffer) == Fault.NONE
                    && hasRunOfLargePages(tableBuffer);
        });
    }

    private static boolean hasRunOfLargePages(MemorySegment table) {
        int run = 0;
        long previous = 0;
        for (int i = 0; i < ENTRIES; i++) {
            long entry = table.get(ScalarLayout.LONG_LITTLE, i * (long) Long.BYTES);
            boolean large = (entry & PRESENT_OR_LARGE) == PRESENT_OR_LARGE;
            long frame = entry & LARGE_PAGE_FRAME;
            if (!large) {
                run = 0;
            } else if (run > 0 && frame == previous + LARGE_PAGE_BYTES) {
                run++;
            } else {
                run = 1;
            }
            if (run >= LARGE_PAGES_IN_A_ROW) {
                return true;
            }
            previous = frame;
        }
        return false;
    }

    private void addCandidates(PagingFormat format, LongPredicate isTable, List<RootCandidate> candidates) {
        PageTableWalker walker = new PageTableWalker(memory, format);
        // Every process shares the tables of the kernel's half, so the image is looked up once for all of them.
        Map<Long, Optional<KernelImage>> images = new HashMap<>();
        for (int i = 0; i < pageCount; i++) {
            long root = pages[i];
            if (isTable.test(targets[i]) && memory.tryRead(root, tableBuffer) == Fault.NONE) {
                int user = presentEntries(tableBuffer, 0, ENTRIES / 2);
                int kernel = presentEntries(tableBuffer, ENTRIES / 2, ENTRIES);
                images.computeIfAbsent(targets[i], table -> KernelImage.mappedBy(walker, root))
                        .map(image -> new RootCandidate(root, format, image, kernel, user))
                        .ifPresent(candidates::add);
            }
        }
    }

    private static int presentEntries(MemorySegment table, int from, int to) {
        int present = 0;
        for (int i = from; i < to; i++) {
            present += (int) (table.get(ScalarLayout.LONG_LITTLE, i * (long) Long.BYTES) & PRESENT);
        }
        return present;
    }
}
