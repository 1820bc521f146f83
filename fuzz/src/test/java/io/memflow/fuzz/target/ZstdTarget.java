package io.memflow.fuzz.target;

import io.memflow.formats.compression.Zstd;
import io.memflow.fuzz.FuzzTarget;

/** A frame of Zstandard, to a page. */
public final class ZstdTarget implements FuzzTarget {
    private static final int PAGE_BYTES = 4096;

    @Override
    public void use(byte[] input) {
        Zstd.decode(input, new byte[PAGE_BYTES]);
    }
}
