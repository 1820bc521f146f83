package io.memflow.formats.btf;

/**
 * Kinds of BTF types and what follows each in the type section (kernel header {@code include/uapi/linux/btf.h}). Plain
 * ints, because parsing looks at each of some 100,000 types.
 */
final class BtfKind {
    static final int VOID = 0;
    static final int INT = 1;
    static final int PTR = 2;
    static final int ARRAY = 3;
    static final int STRUCT = 4;
    static final int UNION = 5;
    static final int ENUM = 6;
    static final int FWD = 7;
    static final int TYPEDEF = 8;
    static final int VOLATILE = 9;
    static final int CONST = 10;
    static final int RESTRICT = 11;
    static final int FUNC = 12;
    static final int FUNC_PROTO = 13;
    static final int VAR = 14;
    static final int DATASEC = 15;
    static final int FLOAT = 16;
    static final int DECL_TAG = 17;
    static final int TYPE_TAG = 18;
    static final int ENUM64 = 19;

    /** Ints of {@code struct btf_type}: name offset, info, and size or type. */
    static final int TYPE_INTS = 3;

    /** Ints of {@code struct btf_member}: name offset, type, offset. */
    static final int MEMBER_INTS = 3;

    /** Ints of {@code struct btf_enum}: name offset, value. */
    static final int ENUM_INTS = 2;

    /** Ints of {@code struct btf_enum64}: name offset, low half, high half. */
    static final int ENUM64_INTS = 3;

    private static final int[] FIXED_INTS = new int[ENUM64 + 1];
    private static final int[] INTS_PER_ENTRY = new int[ENUM64 + 1];
    /** Bit {@code kind} is set when the third int of the type is the id of another type. */
    private static final int REFERS = 1 << PTR
            | 1 << TYPEDEF
            | 1 << VOLATILE
            | 1 << CONST
            | 1 << RESTRICT
            | 1 << FUNC
            | 1 << FUNC_PROTO
            | 1 << VAR
            | 1 << DECL_TAG
            | 1 << TYPE_TAG;

    /** Kinds that do not change what a value looks like in memory. */
    private static final int TRANSPARENT = 1 << TYPEDEF | 1 << VOLATILE | 1 << CONST | 1 << RESTRICT | 1 << TYPE_TAG;

    /** Kinds that are looked up by name. */
    private static final int INDEXED = 1 << INT | 1 << STRUCT | 1 << UNION | 1 << ENUM | 1 << ENUM64 | 1 << TYPEDEF;

    static {
        FIXED_INTS[INT] = 1;
        FIXED_INTS[ARRAY] = 3;
        FIXED_INTS[VAR] = 1;
        FIXED_INTS[DECL_TAG] = 1;
        INTS_PER_ENTRY[STRUCT] = MEMBER_INTS;
        INTS_PER_ENTRY[UNION] = MEMBER_INTS;
        INTS_PER_ENTRY[ENUM] = ENUM_INTS;
        INTS_PER_ENTRY[ENUM64] = ENUM64_INTS;
        INTS_PER_ENTRY[FUNC_PROTO] = 2;
        INTS_PER_ENTRY[DATASEC] = 3;
    }

    private BtfKind() {}

    /** How many ints follow {@code struct btf_type}. */
    static int extraInts(int kind, int entries) {
        return FIXED_INTS[kind] + INTS_PER_ENTRY[kind] * entries;
    }

    static boolean refersToType(int kind) {
        return (REFERS >>> kind & 1) != 0;
    }

    static boolean isTransparent(int kind) {
        return (TRANSPARENT >>> kind & 1) != 0;
    }

    static boolean isIndexed(int kind) {
        return (INDEXED >>> kind & 1) != 0;
    }

    static boolean isStructure(int kind) {
        return kind == STRUCT || kind == UNION;
    }
}
