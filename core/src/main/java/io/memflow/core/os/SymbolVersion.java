package io.memflow.core.os;

/**
 * The version of a symbol, as ELF modules have them.
 *
 * @param name such as {@code GLIBC_2.34}
 * @param rank whether new programs get this version
 */
public record SymbolVersion(String name, Rank rank) {
    /** Whether a program that names no version is linked to this one. */
    public enum Rank {
        DEFAULT,
        /** Kept for programs that ask for it, or an import that asks for this one. */
        NAMED
    }

    /** As nm(1) appends it to the symbol's name: {@code @@GLIBC_2.34} or {@code @GLIBC_2.34}. */
    @Override
    public String toString() {
        return (rank == Rank.DEFAULT ? "@@" : "@") + name;
    }
}
