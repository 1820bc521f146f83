package io.memflow.core.translate;

/** Gives out physical memory that nothing else uses, for page tables and pages that are being made. Confined. */
public interface FrameAllocator {
    /**
     * Takes memory out of use.
     *
     * @param bytes how many, a power of two
     * @return the low 64 bits of the physical address of its first byte, a multiple of {@code bytes}
     * @throws io.memflow.core.error.MemflowException when no such block is left
     */
    long allocate(long bytes);

    /** Bits 64 to 127 of every address it gives. */
    default long upper() {
        return 0;
    }
}
