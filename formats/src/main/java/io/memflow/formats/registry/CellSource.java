package io.memflow.formats.registry;

import java.lang.foreign.MemorySegment;

/** Where the cells of a hive lie. Implementations are as thread-safe as what they read. */
public interface CellSource {
    /** The index that stands for no cell ({@code HCELL_NIL}). */
    int NONE = -1;

    /** Which cells there are. */
    enum Extent {
        /** Those of a file. */
        STABLE,
        /** Those that are in memory only as well: bit 31 of their index is set. */
        STABLE_AND_VOLATILE
    }

    Extent extent();

    /** Bytes of all bins: no more than that can be in all cells together. */
    long bytes();

    /**
     * The contents of an allocated cell, without the size before them.
     *
     * @throws io.memflow.core.error.MemflowException that names the cell, when it is not there, or the index leads to no
     *     allocated cell
     */
    MemorySegment cell(int index);
}
