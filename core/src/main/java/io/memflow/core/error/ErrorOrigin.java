package io.memflow.core.error;

/**
 * Where an error arose. The numbers are memflow 0.2's ({@code ErrorOrigin}), because they cross the C ABI; new
 * origins get new numbers.
 */
public enum ErrorOrigin {
    POINTER(0),
    ARGS(1),
    ARGS_VALIDATOR(2),
    MEMORY(3),
    MMU(4),
    MEMORY_MAP(5),
    PHYSICAL_MEMORY(6),
    VIRTUAL_TRANSLATE(7),
    CACHE(8),
    TLB_CACHE(9),
    PAGE_CACHE(10),
    VIRTUAL_MEMORY(11),
    INVENTORY(12),
    CONNECTOR(13),
    OS_LAYER(14),
    FFI(15),
    OTHER(16),
    /** A parser of a file or in-memory format; memflow has no such origin. */
    FORMAT(17);

    private final int number;

    ErrorOrigin(int number) {
        this.number = number;
    }

    /** The number by which it crosses the C ABI, counted from zero. */
    public int number() {
        return number;
    }
}
