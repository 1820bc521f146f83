package io.memflow.os.windows.synthetic;

/** How the image of a synthetic machine's kernel is mapped. */
public enum KernelPages {
    /** By large pages, as on machines with enough memory. */
    LARGE,
    /** Page by page, each of them anywhere. */
    SMALL
}
