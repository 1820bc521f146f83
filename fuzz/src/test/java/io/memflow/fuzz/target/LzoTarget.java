package io.memflow.fuzz.target;

import io.memflow.formats.compression.Lzo;
import io.memflow.fuzz.FuzzTarget;

/** A stream of LZO, to a page. */
public final class LzoTarget implements FuzzTarget {
    private static final int PAGE_BYTES = 4096;

    @Override
    public void use(byte[] input) {
        Lzo.decode(input, new byte[PAGE_BYTES]);
    }
}
