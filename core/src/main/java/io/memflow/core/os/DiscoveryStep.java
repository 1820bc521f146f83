package io.memflow.core.os;

import java.time.Duration;

/**
 * One step of finding the OS in memory: what was found, how sure that is, and how long it took.
 *
 * @param name the step, such as {@code kernel page table}
 * @param confidence how sure the result is
 * @param finding what was found, and by what it was checked
 */
public record DiscoveryStep(String name, Confidence confidence, String finding, Duration took) {
    /** How sure a result is. */
    public enum Confidence {
        /** Confirmed by an independent source. */
        CONFIRMED,
        /** Follows from one source that is consistent in itself. */
        LIKELY,
        /** Not found; what depends on it is not offered. */
        MISSING
    }
}
