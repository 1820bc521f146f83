package io.memflow.formats.crashdump;

/**
 * A driver that had been unloaded before the dump was taken.
 *
 * @param name the first twelve characters of it
 * @param start virtual address it had been at
 * @param end virtual address after its last byte
 */
public record UnloadedDriver(String name, long start, long end) {}
