package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One symbol that a module takes from another.
 *
 * @param name the symbol; null when it is asked for by number only, or the name could not be read
 * @param ordinal number it is asked for by; null when by name
 * @param library the module that should offer it, as the image names it; null when any may
 * @param version the version asked for; null when none is
 * @param binding whether it may stay unresolved
 * @param slot virtual address of the pointer that the loader fills in; null when there is none or it is not known
 */
public record ImportInfo(
        @Nullable String name,
        @Nullable Long ordinal,
        @Nullable String library,
        @Nullable SymbolVersion version,
        SymbolBinding binding,
        @Nullable Long slot,
        Provenance provenance)
        implements Row {}
