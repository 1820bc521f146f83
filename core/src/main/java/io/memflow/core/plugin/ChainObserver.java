package io.memflow.core.plugin;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;

/** Is shown what a {@link Chain} opens, while it is being opened. */
public interface ChainObserver {
    /** Looks at nothing. */
    ChainObserver NONE = new ChainObserver() {};

    /**
     * Called before a step is opened.
     *
     * @param number of the step, from 1
     */
    default void opening(ChainStep step, int number) {}

    /** Called with each memory, before a system is looked for on it or it is given away. */
    default void opened(PhysicalMemory memory) {}

    /** Called with each system that another step is put on. */
    default void opened(OperatingSystem system) {}
}
