package io.memflow.bench.engine;

/** What the image is mapped with. */
public enum Pages {
    /** The file itself, shared, in pages of 4 KiB: how an image is read in practice. */
    FILE,
    /** A copy in anonymous memory in huge pages, so that misses of the host's own TLB weigh less. */
    HUGE
}
