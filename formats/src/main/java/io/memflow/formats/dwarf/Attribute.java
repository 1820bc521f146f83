package io.memflow.formats.dwarf;

/** Attributes that describe types (DWARF 5, section 7.5.4, table 7.5). Plain ints for speed. */
final class Attribute {
    static final int SIBLING = 0x01;
    static final int NAME = 0x03;
    static final int BYTE_SIZE = 0x0b;
    /** Up to DWARF 3: bits between the most significant bit of the storage and that of the bit-field. */
    static final int BIT_OFFSET = 0x0c;

    static final int BIT_SIZE = 0x0d;
    static final int CONST_VALUE = 0x1c;
    static final int UPPER_BOUND = 0x2f;
    static final int COUNT = 0x37;
    static final int DATA_MEMBER_LOCATION = 0x38;
    static final int DECLARATION = 0x3c;
    static final int ENCODING = 0x3e;
    static final int TYPE = 0x49;
    static final int DATA_BIT_OFFSET = 0x6b;
    static final int STR_OFFSETS_BASE = 0x72;

    private Attribute() {}
}
