package io.memflow.core.plugin;

/**
 * One {@code key=value} argument a plugin takes.
 *
 * @param key the key as written
 * @param meaning what it does and in what form the value is written, one line
 */
public record ArgumentDescription(String key, String meaning) {}
