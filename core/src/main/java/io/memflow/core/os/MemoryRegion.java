package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One region of a process' address space as the OS keeps it, whether or not its pages are present.
 *
 * @param start first virtual address
 * @param end virtual address after the last byte
 * @param permissions four characters as {@code /proc/PID/maps} prints them, such as {@code r-xp}
 * @param fileOffset offset into the mapped file in bytes; 0 for a region without one
 * @param file the mapped file, or a name such as {@code [heap]}; null when there is none
 * @param inode inode number of the mapped file, 0 without one
 */
public record MemoryRegion(
        long start,
        long end,
        String permissions,
        long fileOffset,
        @Nullable String file,
        long inode,
        Provenance provenance)
        implements Row {}
