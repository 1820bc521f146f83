package io.memflow.formats.crashdump;

import io.memflow.core.memory.PointerWidth;

/**
 * Where the fields of {@code TRIAGE_DUMP32} and {@code TRIAGE_DUMP64} lie that differ, and the entries of their lists. Both
 * begin with the same fields of 32 bits each, up to the address of the stack.
 */
@SuppressWarnings("ImmutableEnumChecker") // Records of numbers only.
enum TriageLayout {
    /** {@code TRIAGE_DUMP32}. */
    BITS_32(
            PointerWidth.BITS_32,
            new Parts(0x68, 0x4C, 0x58, 0x60),
            new Driver(0x4C, 4 + 0x18, 4 + 0x20, 4 + 0x40, 4 + 0x44),
            new Unloaded(Integer.BYTES, 0x28, 8)),
    /** {@code TRIAGE_DUMP64}. */
    BITS_64(
            PointerWidth.BITS_64,
            new Parts(0x80, 0x60, 0x70, 0x78),
            new Driver(0x90, 8 + 0x30, 8 + 0x40, 8 + 0x78, 8 + 0x80),
            new Unloaded(Long.BYTES, 0x38, 16));

    private final PointerWidth width;
    private final Parts parts;
    private final Driver driver;
    private final Unloaded unloaded;

    TriageLayout(PointerWidth width, Parts parts, Driver driver, Unloaded unloaded) {
        this.width = width;
        this.parts = parts;
        this.driver = driver;
        this.unloaded = unloaded;
    }

    /**
     * Offsets into the structure.
     *
     * @param bytes of the structure
     * @param dataPage an address of a pointer's width, an offset and a size
     * @param debuggerData an offset and a size
     * @param blocks an offset and a count
     */
    record Parts(int bytes, int dataPage, int debuggerData, int blocks) {}

    /**
     * {@code DUMP_DRIVER_ENTRY32/64}: the offset of its name, of a pointer's width, and a {@code KLDR_DATA_TABLE_ENTRY32/64}.
     *
     * @param bytes of an entry
     */
    record Driver(int bytes, int base, int size, int checksum, int timestamp) {}

    /**
     * {@code DUMP_UNLOADED_DRIVERS32/64}: a {@code UNICODE_STRING}, twelve characters, and two addresses.
     *
     * @param first where the first entry begins, behind their count
     * @param bytes of an entry
     * @param name its characters
     */
    record Unloaded(int first, int bytes, int name) {}

    static TriageLayout of(PointerWidth width) {
        return width == PointerWidth.BITS_64 ? BITS_64 : BITS_32;
    }

    PointerWidth width() {
        return width;
    }

    Parts parts() {
        return parts;
    }

    Driver driver() {
        return driver;
    }

    Unloaded unloaded() {
        return unloaded;
    }
}
