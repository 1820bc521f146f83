package io.memflow.core.error;

/**
 * Where an error arose. The order is memflow 0.2's ({@code ErrorOrigin}), because the ordinal crosses the C ABI: new
 * origins go to the end.
 */
public enum ErrorOrigin {
    POINTER,
    ARGS,
    ARGS_VALIDATOR,
    MEMORY,
    MMU,
    MEMORY_MAP,
    PHYSICAL_MEMORY,
    VIRTUAL_TRANSLATE,
    CACHE,
    TLB_CACHE,
    PAGE_CACHE,
    VIRTUAL_MEMORY,
    INVENTORY,
    CONNECTOR,
    OS_LAYER,
    FFI,
    OTHER,
    /** A parser of a file or in-memory format; memflow has no such origin. */
    FORMAT
}
