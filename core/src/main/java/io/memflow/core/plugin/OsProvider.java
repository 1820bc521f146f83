package io.memflow.core.plugin;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import java.util.List;

/** An OS layer, found by name. Implementations are services of this module and are stateless. */
public interface OsProvider {
    /** The name in chains: lower-case letters, digits, {@code -} and {@code _}. */
    String name();

    /** One line on what it understands. */
    String summary();

    /** Keys that {@link #open} takes. */
    List<ArgumentDescription> arguments();

    /**
     * Finds the OS in physical memory. On success the OS owns the memory; on failure the caller still does.
     *
     * @throws io.memflow.core.error.MemflowException that says what was looked for, what was found, and what to do next
     */
    OperatingSystem open(PhysicalMemory memory, PluginArguments arguments);
}
