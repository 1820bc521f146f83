package io.memflow.core.cpu;

import io.memflow.core.memory.MemoryView;

/**
 * The virtual memory that processors of a paused machine see at this moment, translated by the machine itself: a capability
 * of its memory. Thread-safe.
 */
public interface ProcessorMemory {
    /**
     * The memory one processor sees; it is whatever program that processor was in when the machine stopped.
     *
     * @param processor its number, from 0
     * @throws io.memflow.core.error.MemflowException when the machine has no such processor
     */
    MemoryView virtualMemory(int processor);
}
