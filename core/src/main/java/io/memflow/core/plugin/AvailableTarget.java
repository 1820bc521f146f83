package io.memflow.core.plugin;

import org.jspecify.annotations.Nullable;

/**
 * Something a plugin could open now. Immutable.
 *
 * @param target what names it in a chain, behind the plugin's name and a colon; empty when the name says it all
 * @param name what its owner calls it; null when it has no name
 * @param kind what it is, in a few words for a person
 * @param memoryBytes how much memory it says it has; null when it does not say
 * @param reach how its memory would be reached, in a few words for a person
 */
public record AvailableTarget(
        String target,
        @Nullable String name,
        String kind,
        @Nullable Long memoryBytes,
        String reach) {}
