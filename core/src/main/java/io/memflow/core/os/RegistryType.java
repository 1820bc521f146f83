package io.memflow.core.os;

import java.util.Optional;

/** What a value of the Windows registry is declared to be, in the order of its numbers (winnt.h, {@code REG_NONE} and on). */
public enum RegistryType {
    NONE,
    SZ,
    EXPAND_SZ,
    BINARY,
    DWORD,
    DWORD_BIG_ENDIAN,
    LINK,
    MULTI_SZ,
    RESOURCE_LIST,
    FULL_RESOURCE_DESCRIPTOR,
    RESOURCE_REQUIREMENTS_LIST,
    QWORD;

    private static final RegistryType[] ALL = values();

    /** The type of that number; empty for the numbers that programs make up, as drivers and the account database do. */
    public static Optional<RegistryType> of(long number) {
        return number >= 0 && number < ALL.length ? Optional.of(ALL[(int) number]) : Optional.empty();
    }

    /** Its name in winnt.h, such as {@code REG_SZ}. */
    public String label() {
        return "REG_" + name();
    }

    /** Whether its values are one text. */
    public boolean isText() {
        return this == SZ || this == EXPAND_SZ || this == LINK;
    }
}
