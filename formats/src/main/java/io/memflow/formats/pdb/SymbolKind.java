package io.memflow.formats.pdb;

/** Kinds of symbol records ({@code SYM_ENUM_e}; microsoft-pdb, {@code cvinfo.h}). */
final class SymbolKind {
    static final int CONSTANT = 0x1107;
    static final int TYPEDEF = 0x1108;
    static final int LOCAL_DATA = 0x110C;
    static final int GLOBAL_DATA = 0x110D;
    static final int PUBLIC = 0x110E;
    static final int LOCAL_PROCEDURE = 0x110F;
    static final int GLOBAL_PROCEDURE = 0x1110;
    static final int PROCEDURE_REFERENCE = 0x1125;
    static final int LOCAL_PROCEDURE_REFERENCE = 0x1127;
    static final int LOCAL_PROCEDURE_BY_ID = 0x1146;
    static final int GLOBAL_PROCEDURE_BY_ID = 0x1147;

    private SymbolKind() {}
}
