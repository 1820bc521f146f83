package io.memflow.core.translate;

import io.memflow.core.cache.MomentBlocks;
import java.nio.ByteOrder;

/**
 * Page tables as a moment of the reading thread has them. Confined, as the moment is.
 *
 * @param entryBytes 4 or 8
 */
record MomentTables(MomentBlocks moment, int entryBytes) implements ReadyTables {
    @Override
    public boolean holds(long address) {
        return moment.place(address, entryBytes) >= 0;
    }

    @Override
    public long entry(long address) {
        return moment.value(moment.place(address, entryBytes), entryBytes, ByteOrder.LITTLE_ENDIAN);
    }
}
