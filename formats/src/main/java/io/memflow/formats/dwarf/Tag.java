package io.memflow.formats.dwarf;

/** Tags of entries that describe types (DWARF 5, section 7.5.3, table 7.3). Plain ints for speed. */
final class Tag {
    static final int ARRAY = 0x01;
    static final int CLASS = 0x02;
    static final int ENUMERATION = 0x04;
    static final int MEMBER = 0x0d;
    static final int POINTER = 0x0f;
    static final int COMPILE_UNIT = 0x11;
    static final int STRUCTURE = 0x13;
    static final int SUBROUTINE = 0x15;
    static final int TYPEDEF = 0x16;
    static final int UNION = 0x17;
    static final int SUBRANGE = 0x21;
    static final int BASE = 0x24;
    static final int CONST = 0x26;
    static final int ENUMERATOR = 0x28;
    static final int VOLATILE = 0x35;
    static final int RESTRICT = 0x37;
    static final int ATOMIC = 0x47;

    private Tag() {}

    static boolean isStructure(int tag) {
        return tag == STRUCTURE || tag == UNION || tag == CLASS;
    }

    /** Whether a type looks in memory like the one it refers to. */
    static boolean isTransparent(int tag) {
        return tag == TYPEDEF || tag == CONST || tag == VOLATILE || tag == RESTRICT || tag == ATOMIC;
    }
}
