package io.memflow.core.view;

/**
 * Statistics of a metered view, found as a capability through whatever wraps it. Each call gives the figures of that
 * moment; counts made by other threads at the same time may or may not be in them. Thread-safe.
 */
public interface MemoryMetrics {
    /** What reads have done. */
    AccessFigures reads();

    /** What writes have done. */
    AccessFigures writes();
}
