package io.memflow.os.windows.process;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.WhenKnown;
import io.memflow.os.windows.handle.HandleRows;
import io.memflow.os.windows.page.PageReaders;
import io.memflow.os.windows.region.RegionRows;
import io.memflow.os.windows.structure.WindowsKernel;
import io.memflow.os.windows.thread.ThreadRows;

/**
 * The readers that processes of one kernel share. Each is made when it is first needed: a kernel of which the places of some
 * members are not known lacks what that reader gives and nothing else. Thread-safe.
 *
 * @param pages finds pages that page tables do not map
 * @param search when all memory is searched for processes
 */
public record ProcessReaders(
        WindowsKernel kernel,
        WhenKnown<ThreadRows> threads,
        WhenKnown<RegionRows> regions,
        WhenKnown<HandleRows> handles,
        WhenKnown<DetailRows> details,
        PageReaders pages,
        ProcessChoices.Search search) {
    /** The readers of a kernel of which nothing was chosen. */
    public static ProcessReaders of(WindowsKernel kernel) {
        return of(kernel, ProcessChoices.DEFAULT);
    }

    /** The readers of a kernel. */
    public static ProcessReaders of(WindowsKernel kernel, ProcessChoices choices) {
        WhenKnown<RegionRows> regions = new WhenKnown<>(() -> new RegionRows(kernel));
        PageReaders pages = new PageReaders(kernel, regions, choices.files());
        return new ProcessReaders(
                kernel,
                new WhenKnown<>(() -> new ThreadRows(kernel, pages)),
                regions,
                new WhenKnown<>(() -> new HandleRows(kernel)),
                new WhenKnown<>(() -> new DetailRows(kernel)),
                pages,
                choices.search());
    }

    /**
     * The address space of a process, with the pages that are in memory and not mapped.
     *
     * @param process virtual address of its {@code EPROCESS}
     * @param root physical address of its root page table
     */
    MemoryView memory(long process, long root) {
        return pages.pages(process, kernel.processMemory(root)).memory();
    }
}
