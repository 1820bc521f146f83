package io.memflow.fuzz;

/**
 * Counts what {@link CountingLoader} put counters into. A count of steps says how much work an input makes, the same on
 * every machine and at every load. Confined: one thread.
 */
public final class Steps {
    private static long left;

    private Steps() {}

    /** The work for an input went beyond its limit. An error, so that no parser catches it. */
    static final class OutOfSteps extends Error {
        private static final long serialVersionUID = 1L;

        OutOfSteps() {
            super("the steps allowed for this input are spent");
        }
    }

    static void allow(long steps) {
        left = steps;
    }

    static long left() {
        return left;
    }

    /** Called at each method's entry and before each backward jump. */
    public static void step() {
        if (--left < 0) {
            throw new OutOfSteps();
        }
    }
}
