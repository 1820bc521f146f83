package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One region of a process' address space as the OS keeps it, whether or not its pages are present.
 *
 * @param start first virtual address
 * @param end virtual address after the last byte
 * @param permissions four characters as {@code /proc/PID/maps} prints them, such as {@code r-xp}; a right that is
 *     not known is {@code ?}
 * @param fileOffset offset into the mapped file in bytes; 0 for a region without one
 * @param file the mapped file, or a name such as {@code [heap]}; null when there is none
 * @param inode inode number of the mapped file, 0 without one
 * @param allocation how it was asked for; null from a system that does not keep it
 */
public record MemoryRegion(
        long start,
        long end,
        String permissions,
        long fileOffset,
        @Nullable String file,
        long inode,
        @Nullable Allocation allocation,
        Provenance provenance)
        implements Row {
    /** A region of a system that keeps no more of it. */
    public MemoryRegion(
            long start,
            long end,
            String permissions,
            long fileOffset,
            @Nullable String file,
            long inode,
            Provenance provenance) {
        this(start, end, permissions, fileOffset, file, inode, null, provenance);
    }

    /**
     * How a region was asked for. Its pages may have been given other rights since.
     *
     * @param address virtual address of the structure that describes it; the first byte of what was asked for together where
     *     the system, or a dump of it, shows none
     * @param kind what is in it
     * @param protection the rights it was asked for with, in the system's own words, such as {@code EXECUTE_WRITECOPY}
     * @param committedPages pages of it that memory or a page file is promised for; null when it could not be read
     */
    public record Allocation(
            long address,
            Kind kind,
            String protection,
            @Nullable Long committedPages) {}

    /** What is in a region. */
    public enum Kind {
        PRIVATE,
        /** A file's bytes, or memory that others map too. */
        MAPPED,
        /** A program or library. */
        IMAGE,
        /** Physical memory that its process, or a driver for it, manages. */
        PHYSICAL
    }
}
