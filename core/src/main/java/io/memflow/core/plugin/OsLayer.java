package io.memflow.core.plugin;

import java.util.List;

/**
 * An OS layer, found by name. Which of the two kinds it is says what a chain must have before it: physical memory, or
 * nothing.
 */
public sealed interface OsLayer permits OsProvider, LocalOsProvider {
    /** The name in chains: lower-case letters, digits, {@code -} and {@code _}. */
    String name();

    /** One line on what it understands. */
    String summary();

    /** Keys that it takes. */
    List<ArgumentDescription> arguments();
}
