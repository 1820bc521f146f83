package io.memflow.formats.isf;

/** A mention of a type in an ISF file: a type descriptor. Immutable. */
sealed interface IsfType {
    /** A base type, struct, union or enum, told by its name. */
    record Named(Kind kind, String name) implements IsfType {}

    /** A pointer. */
    record Pointer(IsfType target) implements IsfType {}

    /** Elements of one type. */
    record Array(long count, IsfType element) implements IsfType {}

    /**
     * Some bits of an integer.
     *
     * @param position the first bit, from the start of the member
     * @param length how many bits
     */
    record BitField(int position, int length, IsfType container) implements IsfType {}

    /** A function, or what a later version of the format may add. */
    record Other(String name) implements IsfType {}

    /** Where a name is looked up. */
    enum Kind {
        BASE,
        STRUCT,
        UNION,
        ENUM
    }
}
