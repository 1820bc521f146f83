package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One loaded module, of the kernel or of a process.
 *
 * @param address virtual address of the structure that describes it
 * @param base virtual address of its first byte; null when it could not be read
 * @param size bytes it occupies, all its sections together; null when it could not be read
 */
public record ModuleInfo(
        long address,
        String name,
        @Nullable Long base,
        @Nullable Long size,
        Provenance provenance) implements Row {}
