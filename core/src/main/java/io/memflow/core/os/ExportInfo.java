package io.memflow.core.os;

import org.jspecify.annotations.Nullable;

/**
 * One symbol that a module offers to others.
 *
 * @param name the symbol; empty when it is offered by number only
 * @param ordinal number it is offered by; null when by name only
 * @param address virtual address it stands for; null for a forwarded one, and for thread-local data, which has another
 *     address in each thread
 * @param size bytes it takes; null when the module does not say
 * @param kind what it stands for
 * @param binding how it stands towards others of its name
 * @param version its version; null when it has none
 * @param forwarder the module and symbol it is passed on to; null for one that is here
 * @param restriction who may use it, such as {@code GPL}; null when everybody may
 */
public record ExportInfo(
        String name,
        @Nullable Long ordinal,
        @Nullable Long address,
        @Nullable Long size,
        Kind kind,
        SymbolBinding binding,
        @Nullable SymbolVersion version,
        @Nullable String forwarder,
        @Nullable String restriction,
        Provenance provenance)
        implements Row {
    /** What an export stands for. */
    public enum Kind {
        FUNCTION,
        DATA,
        /** Data that each thread has of its own. */
        THREAD_LOCAL,
        /** A function that returns the function to be called ({@code STT_GNU_IFUNC}). */
        RESOLVER,
        /** A number, no address in the module. */
        ABSOLUTE,
        /** The module does not say. */
        UNKNOWN
    }
}
