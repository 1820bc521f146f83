package io.memflow.formats.pdb;

/** Kinds of type records ({@code LEAF_ENUM_e}; microsoft-pdb, {@code cvinfo.h}). */
final class Leaf {
    static final int MODIFIER = 0x1001;
    static final int POINTER = 0x1002;
    static final int PROCEDURE = 0x1008;
    static final int MEMBER_FUNCTION = 0x1009;
    static final int FIELD_LIST = 0x1203;
    static final int BIT_FIELD = 0x1205;
    static final int BASE_CLASS = 0x1400;
    static final int VIRTUAL_BASE = 0x1401;
    static final int INDIRECT_VIRTUAL_BASE = 0x1402;
    static final int INDEX = 0x1404;
    static final int VIRTUAL_TABLE = 0x1409;
    static final int FRIEND_CLASS = 0x140A;
    static final int VIRTUAL_TABLE_OFFSET = 0x140C;
    static final int ENUMERATE = 0x1502;
    static final int ARRAY = 0x1503;
    static final int CLASS = 0x1504;
    static final int STRUCTURE = 0x1505;
    static final int UNION = 0x1506;
    static final int ENUM = 0x1507;
    static final int ALIAS = 0x150A;
    static final int FRIEND_FUNCTION = 0x150C;
    static final int MEMBER = 0x150D;
    static final int STATIC_MEMBER = 0x150E;
    static final int METHOD = 0x150F;
    static final int NESTED_TYPE = 0x1510;
    static final int ONE_METHOD = 0x1511;
    static final int NESTED_TYPE_EXTENDED = 0x1512;
    static final int INTERFACE = 0x1519;
    static final int BASE_INTERFACE = 0x151A;
    /** With wider properties and counts; written by Visual Studio since 2019 (microsoft-pdb, issue 50). */
    static final int CLASS_2 = 0x1608;

    static final int STRUCTURE_2 = 0x1609;
    static final int UNION_2 = 0x160A;
    static final int INTERFACE_2 = 0x160B;

    /** {@code CV_prop_t}: the record only declares the type. */
    static final int PROPERTY_FORWARD = 0x80;

    static final int PROPERTY_UNIQUE_NAME = 0x200;

    private Leaf() {}

    static boolean isStructure(int kind) {
        return switch (kind) {
            case STRUCTURE, CLASS, INTERFACE, STRUCTURE_2, CLASS_2, INTERFACE_2 -> true;
            default -> false;
        };
    }

    static boolean isEnum(int kind) {
        return kind == ENUM;
    }

    static boolean isUnion(int kind) {
        return kind == UNION || kind == UNION_2;
    }

    /** Whether the record is one of those with wider properties. */
    static boolean isWide(int kind) {
        return kind >= CLASS_2 && kind <= INTERFACE_2;
    }

    /** Whether records of that kind have a name and a definition. */
    static boolean isNamed(int kind) {
        return isStructure(kind) || isUnion(kind) || kind == ENUM;
    }
}
