package io.memflow.formats.minidump;

/**
 * A module that had been unloaded before ({@code MINIDUMP_UNLOADED_MODULE}).
 *
 * @param path of its file, or its name
 * @param base virtual address it had been at
 * @param bytes it had taken, below 4 GiB
 */
public record UnloadedModule(String path, long base, long bytes) {}
