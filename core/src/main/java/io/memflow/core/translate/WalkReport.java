package io.memflow.core.translate;

import io.memflow.core.memory.Fault;

/**
 * What a walk tells its sink: joins neighbouring addresses that are missing for one reason, and announces the upper words
 * of wide addresses when they change. Confined.
 */
final class WalkReport {
    private static final MappingSink NOWHERE = (virtual, physical, length, pageType, pageSize) -> false;

    private final boolean wide;
    private MappingSink sink = NOWHERE;
    private PageTableWalk.Holes holes = PageTableWalk.Holes.SKIP;
    private boolean stopped;

    /** {@link Fault#NONE} while no hole waits to be reported. */
    private Fault holeCause = Fault.NONE;

    private int holeLevel;
    private long holeUpper;
    private long holeStart;
    private long holeLength;

    private long toldVirtualUpper;
    private long toldPhysicalUpper;

    WalkReport(boolean wide) {
        this.wide = wide;
    }

    void begin(MappingSink target, PageTableWalk.Holes report) {
        sink = target;
        holes = report;
        stopped = false;
        holeCause = Fault.NONE;
        toldVirtualUpper = 0;
        toldPhysicalUpper = 0;
    }

    /** Reports what still waits and lets go of the sink. */
    void end() {
        if (!stopped) {
            flush();
        }
        sink = NOWHERE;
    }

    boolean stopped() {
        return stopped;
    }

    /** Whether a mapping may go to the sink without a look at anything else. */
    boolean isClear() {
        return holeCause == Fault.NONE;
    }

    /** Where mappings go while {@link #isClear}. */
    MappingSink sink() {
        return sink;
    }

    /** Notes that the sink wants no more. */
    void stop() {
        stopped = true;
    }

    boolean wantsAbsent() {
        return holes == PageTableWalk.Holes.REPORT;
    }

    /** A run that is mapped; returns whether the walk goes on. */
    boolean mapping(long virtual, long physical, long length, int pageType, long pageSize) {
        if (holeCause != Fault.NONE && !flush()) {
            return false;
        }
        if (sink.mapping(virtual, physical, length, pageType, pageSize)) {
            return true;
        }
        stopped = true;
        return false;
    }

    /** Tells the upper words of the mapping that follows; returns whether the walk goes on. */
    boolean uppers(long virtual, long physical) {
        if (!flush()) {
            return false;
        }
        if (virtual != toldVirtualUpper || physical != toldPhysicalUpper) {
            toldVirtualUpper = virtual;
            toldPhysicalUpper = physical;
            sink.upper(virtual, physical);
        }
        return true;
    }

    /**
     * Addresses that are not mapped; returns whether the walk goes on.
     *
     * @param length bytes; 0 stands for 2^64 or more
     */
    boolean missing(long upper, long start, long length, Fault cause, int level) {
        boolean merelyAbsent = cause == Fault.NOT_PRESENT || cause == Fault.NOT_CANONICAL;
        if (merelyAbsent && holes == PageTableWalk.Holes.SKIP) {
            return true;
        }
        boolean continues = holeCause == cause
                && holeLevel == level
                && holeUpper == upper
                && holeLength != 0
                && length != 0
                && holeStart + holeLength == start;
        if (continues) {
            holeLength += length;
            return true;
        }
        boolean goOn = flush();
        holeCause = cause;
        holeLevel = level;
        holeUpper = upper;
        holeStart = start;
        holeLength = length;
        return goOn;
    }

    private boolean flush() {
        if (holeCause == Fault.NONE) {
            return true;
        }
        Fault cause = holeCause;
        holeCause = Fault.NONE;
        if (wide && holeUpper != toldVirtualUpper) {
            toldVirtualUpper = holeUpper;
            sink.upper(holeUpper, toldPhysicalUpper);
        }
        if (sink.missing(holeStart, holeLength, cause, holeLevel)) {
            return true;
        }
        stopped = true;
        return false;
    }
}
