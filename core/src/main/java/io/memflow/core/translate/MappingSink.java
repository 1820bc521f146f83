package io.memflow.core.translate;

import io.memflow.core.memory.Fault;

/** Takes what a walk over page tables finds, in ascending order of virtual addresses. */
public interface MappingSink {
    /**
     * A run of virtual addresses that is mapped to a run of physical ones.
     *
     * @param virtual first virtual address
     * @param physical first physical address
     * @param length bytes
     * @param pageType flags of {@link io.memflow.core.address.PageType}, combined over the levels
     * @param pageSize bytes of the page, or of each page of the run
     * @return whether the walk goes on
     */
    boolean mapping(long virtual, long physical, long length, int pageType, long pageSize);

    /**
     * A run of virtual addresses that is not mapped. Runs that are merely not present are only reported by a walk asked
     * for {@link PageTableWalk.Holes#REPORT}; everything else that is missing always is.
     *
     * @param virtual first virtual address
     * @param length bytes; 0 stands for 2^64 or more
     * @param level the level, 1 being the last, whose entry or table is the cause
     * @return whether the walk goes on
     */
    default boolean missing(long virtual, long length, Fault cause, int level) {
        return true;
    }

    /**
     * Bits 64 to 127 of the addresses that follow, called before the first run where they differ from those before; both
     * are 0 at the start. Never called in spaces of 64 bits.
     */
    default void upper(long virtualUpper, long physicalUpper) {}
}
