package io.memflow.core.view;

import io.memflow.core.memory.PhysicalMemory;
import java.time.Duration;

/** Physical memory with a delay per call, see {@link DelayedView}. Closing it closes the source. Thread-safe for reads. */
public final class DelayedMemory extends WrappedMemory {
    /**
     * A slower memory.
     *
     * @param delay what each call takes longer; zero or more
     */
    public DelayedMemory(PhysicalMemory source, Duration delay) {
        super(new DelayedView(source, delay), source);
    }
}
