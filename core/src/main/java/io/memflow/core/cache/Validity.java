package io.memflow.core.cache;

import java.time.Duration;

/** How long what a cache holds is believed. Immutable. */
public sealed interface Validity {
    /** memflow's default: a second. */
    Validity ONE_SECOND = new Timed(Duration.ofSeconds(1));

    /** Until it is invalidated: for memory that does not change, or a target that is paused between invalidations. */
    Validity MANUAL = new Manual();

    /**
     * For a time after it was fetched.
     *
     * @param lifetime more than zero
     */
    record Timed(Duration lifetime) implements Validity {
        public Timed {
            if (!lifetime.isPositive()) {
                throw new IllegalArgumentException("a lifetime of " + lifetime + " is not positive");
            }
        }
    }

    /**
     * For a number of calls to the cache, whoever makes them. The call that fetches is the first.
     *
     * @param calls 1 or more; 1 means that each call fetches anew
     */
    record Calls(long calls) implements Validity {
        public Calls {
            if (calls < 1) {
                throw new IllegalArgumentException("a validity of " + calls + " calls is less than 1");
            }
        }
    }

    /** Until it is invalidated. */
    record Manual() implements Validity {}
}
