package io.memflow.core.translate;

import io.memflow.core.memory.Fault;

/**
 * Joins what a walk reports into longest runs: a mapping that continues the one before in virtual and in physical
 * addresses, with the same page type and page size, becomes part of it. Keeps one run, so that its room does not depend on
 * how much is mapped. The last run is handed on by {@link #flush()}, which belongs behind every walk.
 *
 * <p>Confined: one thread at a time. Reusable; allocates nothing.
 */
public final class CoalescingSink implements MappingSink {
    private final MappingSink target;

    private long virtual;
    private long physical;
    /** 0 while there is no run. */
    private long length;

    private int pageType;
    private long pageSize;
    /** The target wants no more, which could not be passed on at once. */
    private boolean stopped;

    /**
     * @param target takes the runs, in ascending order of virtual addresses
     */
    public CoalescingSink(MappingSink target) {
        this.target = target;
    }

    @Override
    public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
        long held = this.length;
        // A run of 2^64 bytes would read as none, and one that reaches 2^64 goes on under another upper word.
        boolean continues = this.virtual + held == virtual
                && this.physical + held == physical
                && physical != 0
                && this.pageType == pageType
                && this.pageSize == pageSize
                && held != 0
                && held + length != 0;
        if (continues) {
            this.length = held + length;
            return true;
        }
        if (!flush()) {
            return false;
        }
        this.virtual = virtual;
        this.physical = physical;
        this.length = length;
        this.pageType = pageType;
        this.pageSize = pageSize;
        return true;
    }

    @Override
    public boolean missing(long virtual, long length, Fault cause, int level) {
        return flush() && target.missing(virtual, length, cause, level);
    }

    @Override
    public void upper(long virtualUpper, long physicalUpper) {
        if (flush()) {
            target.upper(virtualUpper, physicalUpper);
        } else {
            stopped = true;
        }
    }

    /**
     * Hands on the run that the next mapping could have continued.
     *
     * @return whether the target wants more
     */
    public boolean flush() {
        if (stopped) {
            stopped = false;
            return false;
        }
        long held = length;
        if (held == 0) {
            return true;
        }
        length = 0;
        return target.mapping(virtual, physical, held, pageType, pageSize);
    }
}
