package io.memflow.host.ram;

import java.util.BitSet;

/** Knows which pages of a process are worth reading. Thread-safe. */
public interface PagePresence {
    /** Bytes of the pages that this counts in. */
    int PAGE = 4096;

    /** Where nothing is known beforehand, all are: reading tells. */
    PagePresence UNKNOWN = (host, count) -> {
        BitSet all = new BitSet(count);
        all.set(0, count);
        return all;
    };

    /**
     * Those among some pages that may be in memory.
     *
     * @param host page-aligned address of the first in the process
     * @param count how many
     */
    BitSet among(long host, int count);
}
