package io.memflow.core.plugin;

/**
 * One step of a chain.
 *
 * @param kind whether it is a source of memory or an OS layer
 * @param plugin the plugin's name
 */
public record ChainStep(Kind kind, String plugin, PluginArguments arguments) {
    /** What a step is. */
    public enum Kind {
        CONNECTOR,
        OS
    }

    @Override
    public String toString() {
        return (kind == Kind.CONNECTOR ? "-c " : "-o ")
                + plugin
                + arguments.target().map(target -> ":" + target).orElse("");
    }
}
