package io.memflow.core.translate;

import io.memflow.core.cache.MomentPlaces;
import java.nio.ByteOrder;

/**
 * Page tables as a moment of the reading thread has them; without one there are none. Thread-safe.
 *
 * @param entryBytes 4 or 8
 */
record MomentTables(MomentPlaces moments, int entryBytes) implements ReadyTables {
    @Override
    public boolean holds(long address) {
        return moments.place(address, entryBytes) >= 0;
    }

    @Override
    public long entry(long address) {
        return moments.value(moments.place(address, entryBytes), entryBytes, ByteOrder.LITTLE_ENDIAN);
    }
}
