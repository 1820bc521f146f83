package io.memflow.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a read gave, with the parts that are missing named. Bytes inside a gap are zero and mean nothing.
 *
 * @param address first address asked for
 * @param bytes as many bytes as were asked for, in an array of their own
 * @param gaps the parts of {@code bytes} that were not read, in ascending order; empty when all were
 */
public record PartialRead(long address, MemorySegment bytes, List<Gap> gaps) {
    public boolean isWhole() {
        return gaps.isEmpty();
    }
}
