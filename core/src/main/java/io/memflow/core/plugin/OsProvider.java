package io.memflow.core.plugin;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;

/** An OS layer that finds its system in physical memory. Implementations are services of this module and are stateless. */
public non-sealed interface OsProvider extends OsLayer {
    /**
     * Finds the OS in physical memory. On success the OS owns the memory; on failure the caller still does.
     *
     * @throws io.memflow.core.error.MemflowException that says what was looked for, what was found, and what to do next
     */
    OperatingSystem open(PhysicalMemory memory, PluginArguments arguments);
}
