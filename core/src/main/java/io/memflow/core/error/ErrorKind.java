package io.memflow.core.error;

/**
 * What went wrong. The numbers are memflow 0.2's ({@code ErrorKind}), because they cross the C ABI; new kinds get new
 * numbers.
 */
public enum ErrorKind {
    UNINITIALIZED(0),
    NOT_SUPPORTED(1),
    NOT_IMPLEMENTED(2),
    CONFIGURATION(3),
    OFFSET(4),
    HTTP(5),
    ARG_NOT_EXISTS(6),
    ARG_VALIDATION(7),
    REQUIRED_ARG_NOT_FOUND(8),
    INVALID_ARGUMENT(9),
    PARTIAL_DATA(10),
    NOT_FOUND(11),
    OUT_OF_BOUNDS(12),
    OUT_OF_MEMORY_RANGE(13),
    ENCODING(14),
    INVALID_PATH(15),
    READ_ONLY(16),
    UNABLE_TO_READ_DIR(17),
    UNABLE_TO_READ_DIR_ENTRY(18),
    UNABLE_TO_READ_FILE(19),
    UNABLE_TO_CREATE_DIRECTORY(20),
    UNABLE_TO_WRITE_FILE(21),
    UNABLE_TO_SEEK_FILE(22),
    UNABLE_TO_MAP_FILE(23),
    MEMORY_MAP_OUT_OF_RANGE(24),
    UNABLE_TO_READ_MEMORY(25),
    INVALID_ARCHITECTURE(26),
    INVALID_MEMORY_SIZE(27),
    INVALID_MEMORY_SIZE_UNIT(28),
    UNABLE_TO_LOAD_LIBRARY(29),
    INVALID_EXE_FILE(30),
    MEMFLOW_EXPORTS_NOT_FOUND(31),
    VERSION_MISMATCH(32),
    ALREADY_EXISTS(33),
    PLUGIN_NOT_FOUND(34),
    TARGET_NOT_FOUND(35),
    INVALID_ABI(36),
    UNSUPPORTED_OPTIONAL_FEATURE(37),
    PROCESS_NOT_FOUND(38),
    INVALID_PROCESS_INFO(39),
    MODULE_NOT_FOUND(40),
    EXPORT_NOT_FOUND(41),
    IMPORT_NOT_FOUND(42),
    SECTION_NOT_FOUND(43),
    UNKNOWN(44),
    /** Bytes of a format that contradict themselves or the format; memflow has no such kind. */
    MALFORMED(45);

    private final int number;

    ErrorKind(int number) {
        this.number = number;
    }

    /** The number by which it crosses the C ABI, counted from zero. */
    public int number() {
        return number;
    }
}
