package io.memflow.core.symbol;

import org.jspecify.annotations.Nullable;

/**
 * One member of a type spread out, with its value when there is one.
 *
 * @param path dotted path from the outermost structure; empty for a value that has no members
 * @param name the last name of the path; empty for an anonymous structure, whose path is that of the outer one
 * @param depth how many structures it lies in
 * @param type as C spells it
 * @param bitOffset offset from the start of the outermost structure, in bits
 * @param bitSize width of a bit-field in bits; 0 for an ordinary member
 * @param bytes size of its type
 * @param value the value as text; null for a structure, without an address, or when it could not be read
 * @param why why the value could not be read; null when it could
 */
public record TypedRow(
        String path,
        String name,
        int depth,
        String type,
        long bitOffset,
        int bitSize,
        long bytes,
        @Nullable String value,
        @Nullable String why) {}
