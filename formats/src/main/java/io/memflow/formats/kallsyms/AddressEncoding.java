package io.memflow.formats.kallsyms;

/** How the table stores an address (kernel {@code kernel/kallsyms.c}, {@code kallsyms_sym_address}). */
public enum AddressEncoding {
    /** Whole pointers: kernels without KALLSYMS_BASE_RELATIVE, and 32-bit ones from 7.0 on. */
    ABSOLUTE,
    /** Unsigned 32-bit distance from a base. */
    RELATIVE,
    /** Signed 32-bit: not negative is the address itself (per-CPU symbols), negative counts up from below the base. */
    RELATIVE_ABSOLUTE_PERCPU,
    /** Signed 32-bit distance from the entry's own address: 64-bit kernels from 7.0 on. */
    PLACE_RELATIVE
}
