package io.memflow.os.linux.page;

import io.memflow.core.memory.MemoryView;
import io.memflow.core.structure.KernelField;
import io.memflow.core.structure.StructureLayout;
import io.memflow.os.linux.structure.Kernel;

/** Finds pages of files by {@code file->f_mapping->i_pages}, include/linux/fs.h. Thread-safe. */
final class FilePages {
    /** {@code TMPFS_MAGIC}, include/uapi/linux/magic.h: shared memory, whose pages may be swapped out. */
    private static final long SHARED_MEMORY = 0x01021994;
    /** {@code HUGETLBFS_MAGIC}: its indices count huge pages, or since 6.7 do not. */
    private static final long HUGE_PAGES = 0x958458f6L;

    private final MemoryView memory;
    private final CacheTree tree;
    private final Folios folios;
    private final long mapping;
    private final long pages;
    private final long host;
    private final long superblock;
    private final KernelField size;
    private final KernelField magic;
    private final long pageBytes;

    FilePages(Kernel kernel, Folios folios) {
        memory = kernel.memory();
        tree = new CacheTree(kernel);
        this.folios = folios;
        StructureLayout layout = kernel.layout();
        mapping = layout.offset("file", "f_mapping");
        pages = layout.offset("address_space", "i_pages");
        host = layout.offset("address_space", "host");
        superblock = layout.offset("inode", "i_sb");
        size = kernel.field("inode", "i_size");
        magic = kernel.field("super_block", "s_magic");
        pageBytes = kernel.facts().pageBytes();
    }

    /** What stands for a page of a file. */
    sealed interface Place {
        /** Its {@code struct page}. */
        record Cached(long page) implements Place {}

        /** It is being filled from the file. */
        record Filling() implements Place {}

        /**
         * Swapped out.
         *
         * @param value the {@code swp_entry_t}
         */
        record Swapped(long value) implements Place {}

        /**
         * Not in memory.
         *
         * @param last last index of which this holds
         */
        record Absent(long last) implements Place {}

        /** The file ends before it. */
        record BehindEnd() implements Place {}

        /** Files whose pages are counted otherwise. */
        record Uncounted() implements Place {}
    }

    /** Whether a file is shared memory, so that a page that it lacks was never used. */
    boolean isSharedMemory(long file) {
        return magicOf(memory.readPointer(file + mapping)) == SHARED_MEMORY;
    }

    /**
     * What stands for one page of a file.
     *
     * @param file virtual address of the {@code struct file}
     * @param index offset in the file, in pages
     * @throws io.memflow.core.memory.MemoryAccessException when a structure cannot be read
     */
    Place find(long file, long index) {
        long space = memory.readPointer(file + mapping);
        long kind = magicOf(space);
        if (kind == HUGE_PAGES) {
            return new Place.Uncounted();
        }
        CacheTree.Found found = tree.find(space + pages, index);
        if (found.isValue()) {
            // In files of other kinds a value is the shadow of a page that was dropped (mm/workingset.c).
            return kind == SHARED_MEMORY ? new Place.Swapped(found.value()) : new Place.Absent(index);
        }
        long page = found.entry() == 0 ? 0 : folios.ofIndex(found.entry(), index);
        if (page != 0) {
            return folios.isFilled(found.entry()) ? new Place.Cached(page) : new Place.Filling();
        }
        long bytes = size.unsigned(memory.readPointer(space + host));
        return Long.compareUnsigned(index, (bytes + pageBytes - 1) / pageBytes) >= 0
                ? new Place.BehindEnd()
                : new Place.Absent(found.entry() == 0 ? found.last() : index);
    }

    private long magicOf(long space) {
        return magic.unsigned(memory.readPointer(memory.readPointer(space + host) + superblock));
    }
}
