package io.memflow.core.plugin;

import io.memflow.core.os.OperatingSystem;
import java.util.List;

/**
 * An OS layer that needs no memory of a machine: a chain begins with it. Its system is the one this program runs on, or what
 * a file tells of one that holds no physical memory. Never looked for on memory. Implementations are services of this module
 * and are stateless.
 */
public non-sealed interface LocalOsProvider extends OsLayer {
    /**
     * What it could open now without being named a target: one row where this program runs on such a system, none elsewhere
     * and for layers that open files. The row's target is empty, since the layer's name is all there is to say.
     */
    List<AvailableTarget> targets();

    /**
     * Whether a target written without a layer's name is this layer's, by what is in it. Called once per friendly target,
     * before connectors are asked, which take any file; must not open anything for writing, and throws nothing.
     */
    default boolean recognises(String target) {
        return false;
    }

    /**
     * Opens the system.
     *
     * @throws io.memflow.core.error.MemflowException that says what was looked for, what was found, and what to do next
     */
    OperatingSystem open(PluginArguments arguments);
}
