package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads {@code struct page} and {@code struct folio}, include/linux/mm_types.h and page-flags.h. Thread-safe. */
final class Folios {
    /** Pages of the largest folio in a cache: 512 MiB of 64 KiB pages (HPAGE_PMD_ORDER on arm64). */
    private static final long MOST_PAGES = 1L << 13;

    private final MemoryView memory;
    private final long pageBytes;
    private final long flags;
    private final long index;
    private final KernelField privateData;
    /** Which flag says that the bytes are those of the file; null when the types do not tell. */
    private final @Nullable Long upToDate;
    /** Since 4.4; tail pages have bit 0 of it set. Kernels of 7.x call it {@code compound_info}. */
    private final long tail;

    Folios(Kernel kernel) {
        memory = kernel.memory();
        StructureLayout layout = kernel.layout();
        pageBytes = layout.size("page");
        flags = layout.offset("page", "flags");
        index = layout.has("folio", "index") ? layout.offset("folio", "index") : layout.offset("page", "index");
        privateData = kernel.field("page", "private");
        tail = layout.offset("page", "compound_head", "compound_info");
        OptionalLong bit = layout.types().enumerator("pageflags", "PG_uptodate");
        upToDate = bit.isPresent() ? 1L << bit.getAsLong() : null;
    }

    /** Bytes of a {@code struct page}. */
    long pageBytes() {
        return pageBytes;
    }

    /** Whether the kernel has finished filling the page. */
    boolean isFilled(long page) {
        return upToDate == null || (memory.readPointer(page + flags) & upToDate) != 0;
    }

    /**
     * The {@code struct page} of an index of a file, of the first page of whose folio a cache holds the address.
     *
     * @return 0 when the folio does not hold that index
     */
    long ofIndex(long folio, long wanted) {
        return isTail(folio) ? folio : at(folio, wanted - memory.readPointer(folio + index));
    }

    /** As {@link #ofIndex}, of a place on a swap device, which {@code private} holds as a {@code swp_entry_t}. */
    long ofSwapEntry(long folio, long wanted) {
        return at(folio, wanted - privateData.unsigned(folio));
    }

    private long at(long folio, long pages) {
        return pages >= 0 && pages < MOST_PAGES ? folio + pages * pageBytes : 0;
    }

    private boolean isTail(long page) {
        return (memory.readPointer(page + tail) & 1) != 0;
    }
}
