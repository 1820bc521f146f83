package io.memflow.core.plugin;

import io.memflow.core.os.OperatingSystem;
import java.util.List;

/**
 * An OS layer that needs no memory, since its system is the one this program runs on: a chain begins with it. Never looked
 * for on memory. Implementations are services of this module and are stateless.
 */
public non-sealed interface LocalOsProvider extends OsLayer {
    /**
     * What it could open now: one row where this program runs on such a system, none elsewhere. The row's target is empty,
     * since the layer's name is all there is to say.
     */
    List<AvailableTarget> targets();

    /**
     * Opens this machine's system.
     *
     * @throws io.memflow.core.error.MemflowException that says what was looked for, what was found, and what to do next
     */
    OperatingSystem open(PluginArguments arguments);
}
