package io.memflow.core.os;

/** How a symbol of a module stands towards others of its name. */
public enum SymbolBinding {
    /** The usual one. */
    GLOBAL,
    /** Gives way to a global one; an import that may stay unresolved. */
    WEAK,
    /** One in the whole process, whatever module it is found through ({@code STB_GNU_UNIQUE}). */
    UNIQUE
}
