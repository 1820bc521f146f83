package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One piece of a module.
 *
 * @param name as the module has it; for a segment, which has none, its type
 * @param kind what table it is from
 * @param base virtual address of its first byte; null for one that is in the file only
 * @param size bytes it takes; null when the system keeps its address only
 * @param permissions three characters such as {@code r-x}, as the module asks for them; null when it does not say
 */
public record SectionInfo(
        String name,
        Kind kind,
        @Nullable Long base,
        @Nullable Long size,
        @Nullable String permissions,
        Provenance provenance)
        implements Row {
    /** What table a piece of a module is from. */
    public enum Kind {
        /** A section as its maker named it. */
        SECTION,
        /** A run of bytes that the loader maps: all there is to tell where sections are not in memory. */
        SEGMENT,
        /** A run of memory that the system gave the module for one purpose. */
        PART
    }
}
