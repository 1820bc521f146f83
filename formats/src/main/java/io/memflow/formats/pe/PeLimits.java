package io.memflow.formats.pe;

import io.memflow.core.error.MalformedDataException;
import io.memflow.core.memory.MemoryView;
import io.memflow.formats.pages.ImagePages;

/** What no real image exceeds: a table that claims more is damaged, and costs neither time nor memory. Stateless. */
final class PeLimits {
    /** The compilers of Microsoft cut decorated names at 4096 characters (documentation of warning C4503). */
    static final int LONGEST_NAME = 1 << 13;
    /** Ordinals are 16 bits wide. */
    static final int MOST_EXPORTS = 1 << 16;
    /** Imports of one image together; the largest programs have some ten thousand. */
    static final int MOST_IMPORTS = 1 << 17;
    /** Libraries that one image imports from. */
    static final int MOST_LIBRARIES = 1 << 13;
    /** Bytes of the names of one list together, since hostile names can overlap. */
    static final long MOST_NAME_BYTES = 32L << 20;
    /** Names of one list that may turn out not to be there before the rest is given up. */
    static final int MOST_FAILURES = 256;
    /** Entries of the debug directory: real ones have under ten. */
    static final int MOST_DEBUG_ENTRIES = 1 << 8;
    /** Entries of one resource directory that are looked through for the version. */
    static final int MOST_RESOURCES = 1 << 12;

    private static final String FORMAT = "PE image";

    private PeLimits() {}

    static ImagePages pages(MemoryView memory) {
        return new ImagePages(memory, FORMAT, LONGEST_NAME);
    }

    static MalformedDataException malformed(long address, String reason) {
        return new MalformedDataException(FORMAT, address, reason);
    }
}
