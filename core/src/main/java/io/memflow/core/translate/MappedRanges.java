package io.memflow.core.translate;

import io.memflow.core.memory.Fault;

/**
 * Turns what a walk reports into the ranges of virtual addresses that are mapped, wherever to. Ranges with no more than a
 * given number of unmapped bytes between them are joined. Keeps one range, so that its room does not depend on how much is
 * mapped. The last range is handed on by {@link #flush()}, which belongs behind every walk.
 *
 * <p>Confined: one thread at a time. Reusable; allocates nothing.
 */
public final class MappedRanges implements MappingSink {
    /** Takes the ranges, in ascending order. */
    public interface Consumer {
        /**
         * A range whose first and last bytes are mapped.
         *
         * @param virtualUpper bits 64 to 127 of the first virtual address; 0 in spaces of 64 bits
         * @param virtual its low 64 bits
         * @param length bytes from the first to the last mapped one
         * @param mapped how many of them are mapped
         * @param pageType those flags of {@link io.memflow.core.address.PageType} that all mapped pages share
         * @return whether more ranges are wanted
         */
        boolean range(long virtualUpper, long virtual, long length, long mapped, int pageType);
    }

    private final long largestGap;
    private final Consumer target;

    private long upper;
    private long virtual;
    /** 0 while there is no range. */
    private long length;

    private long mapped;
    private int pageType;
    /** The target wants no more, which could not be passed on at once. */
    private boolean stopped;

    /**
     * @param largestGap most unmapped bytes, unsigned, over which two ranges are joined; 0 joins those that touch
     * @param target takes the ranges
     */
    public MappedRanges(long largestGap, Consumer target) {
        this.largestGap = largestGap;
        this.target = target;
    }

    @Override
    public boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
        long held = this.length;
        long gap = virtual - (this.virtual + held);
        long joined = held + gap + length;
        // A range of 2^64 bytes would read as none.
        if (held != 0 && Long.compareUnsigned(gap, largestGap) <= 0 && Long.compareUnsigned(joined, held) > 0) {
            this.length = joined;
            mapped += length;
            this.pageType &= pageType;
            return true;
        }
        if (!flush()) {
            return false;
        }
        this.virtual = virtual;
        this.length = length;
        mapped = length;
        this.pageType = pageType;
        return true;
    }

    /** A range that is missing is a gap like any other. */
    @Override
    public boolean missing(long virtual, long length, Fault cause, int level) {
        return true;
    }

    @Override
    public void upper(long virtualUpper, long physicalUpper) {
        if (virtualUpper != upper) {
            stopped = !flush();
            upper = virtualUpper;
        }
    }

    /**
     * Hands on the range that the next mapping could have been joined to.
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
        return target.range(upper, virtual, held, mapped, pageType);
    }
}
