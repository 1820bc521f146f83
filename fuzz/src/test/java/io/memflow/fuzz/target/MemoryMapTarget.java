package io.memflow.fuzz.target;

import io.memflow.formats.memorymap.MemoryMapFile;
import io.memflow.fuzz.FuzzTarget;
import java.lang.foreign.MemorySegment;

/** A memory map in TOML. */
public final class MemoryMapTarget implements FuzzTarget {
    @Override
    public void use(byte[] input) {
        MemoryMapFile.parse(MemorySegment.ofArray(input));
    }
}
