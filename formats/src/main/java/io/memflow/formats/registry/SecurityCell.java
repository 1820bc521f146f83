package io.memflow.formats.registry;

import io.memflow.formats.endian.LittleEndian;
import java.lang.foreign.MemorySegment;

/**
 * Who may do what with keys ({@code _CM_KEY_SECURITY}). Immutable.
 *
 * @param references how many keys share it
 * @param descriptor a self-relative security descriptor ({@code SECURITY_DESCRIPTOR_RELATIVE}), read-only
 */
public record SecurityCell(long references, MemorySegment descriptor) {
    /** {@code sk}. */
    private static final int SIGNATURE = 0x6B73;

    private static final int FIXED = 20;

    static SecurityCell read(CellSource cells, int index) {
        MemorySegment cell = cells.cell(index);
        CellText.requireSignature(cell, index, SIGNATURE, FIXED, "security descriptor");
        long bytes = LittleEndian.u32(cell, 16);
        if (bytes > cell.byteSize() - FIXED) {
            throw HiveLimits.malformed(
                    Integer.toUnsignedLong(index),
                    "the security descriptor in cell 0x%x has %d bytes, and the cell %d"
                            .formatted(index, bytes, cell.byteSize()));
        }
        return new SecurityCell(
                LittleEndian.u32(cell, 12), cell.asSlice(FIXED, bytes).asReadOnly());
    }
}
