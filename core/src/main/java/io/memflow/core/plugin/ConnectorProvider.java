package io.memflow.core.plugin;

import io.memflow.core.memory.PhysicalMemory;
import io.memflow.core.os.OperatingSystem;
import java.util.List;
import java.util.Optional;

/**
 * A way to reach physical memory, found by name. Implementations are services of this module and are stateless.
 */
public interface ConnectorProvider {
    /** The name in chains: lower-case letters, digits, {@code -} and {@code _}. */
    String name();

    /** One line on what it connects to. */
    String summary();

    /** Keys that {@link #connect} takes. */
    List<ArgumentDescription> arguments();

    /**
     * Whether a step's target names something. Where it does not, {@link #connect} gets arguments that stood in the target's
     * place like all others, and never a target from a chain.
     */
    default TargetUse targetUse() {
        return TargetUse.NAMED;
    }

    /**
     * Whether a target written without a connector's name looks like this connector's. Called once per friendly target,
     * must not open anything for writing.
     */
    boolean recognises(String target);

    /**
     * What this connector could open on this machine now, as far as this user can see; empty for connectors whose targets
     * are files or made up. Opens nothing, asks no network.
     */
    default List<AvailableTarget> targets() {
        return List.of();
    }

    /**
     * Opens a target, read-only unless the arguments ask otherwise.
     *
     * @param input the OS that the target runs on; empty for this machine. On success the memory owns it; on failure the
     *     caller still does
     * @throws io.memflow.core.error.MemflowException that says what was tried, what was found, and what to do next
     */
    PhysicalMemory connect(PluginArguments arguments, Optional<OperatingSystem> input);
}
