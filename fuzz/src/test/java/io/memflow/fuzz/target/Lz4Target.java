package io.memflow.fuzz.target;

import io.memflow.formats.compression.Lz4;
import io.memflow.fuzz.FuzzTarget;

/** A block of LZ4, to a page. */
public final class Lz4Target implements FuzzTarget {
    private static final int PAGE_BYTES = 4096;

    @Override
    public void use(byte[] input) {
        Lz4.decode(input, new byte[PAGE_BYTES]);
    }
}
